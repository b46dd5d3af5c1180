"""What campaign consists of. Wiring only: a table of contents."""

from giftstream.events import OrderChanged, SelectionRefused, StoreChanged, StoreProductChanged
from giftstream.http.idempotency import IdempotencyKeys
from giftstream.operations import StateOf, operate
from giftstream.service import Service
from giftstream_platforms.access import AccessCache
from giftstream_platforms.budgets import Budgets
from giftstream_platforms.http import store_client

from campaign.api.api_keys import api_keys_api
from campaign.api.board import board_api
from campaign.api.brands import brands_api
from campaign.api.campaign_status import campaign_status_api
from campaign.api.campaigns import campaign_views_api, campaigns_api
from campaign.api.catalog import catalog_api, imports_api
from campaign.api.internal import internal_api
from campaign.api.participations import participations_api, removing_api
from campaign.api.publishers import publishers_api
from campaign.api.selections import posting_api, selections_api, submitting_api
from campaign.api.withdrawing import withdrawing_api
from campaign.board.board import Board
from campaign.board.keep_order_on_board import KeepOrderOnBoard
from campaign.brands import brands as brand_documents
from campaign.brands.add_publisher import AddPublisher
from campaign.brands.brands import Brands
from campaign.brands.create_brand import CreateBrand
from campaign.brands.edit_brand import EditBrand
from campaign.brands.find_key import FindApiKey
from campaign.brands.make_api_key import MakeApiKey
from campaign.brands.remove_publisher import RemovePublisher
from campaign.brands.revoke_api_key import RevokeApiKey
from campaign.brands.secrets_at_rest import Secrets
from campaign.brands.tell_brand import render_brand_changed
from campaign.campaigns import campaigns as campaign_documents
from campaign.campaigns.campaigns import Campaigns
from campaign.campaigns.check_stores import CheckStores
from campaign.campaigns.close_campaign import CloseCampaign
from campaign.campaigns.create_campaign import CreateCampaign
from campaign.campaigns.edit_campaign import EditCampaign
from campaign.campaigns.known_stores import KeepStore, KnownStores
from campaign.campaigns.publish_campaign import PublishCampaign
from campaign.campaigns.tell_campaign import render_campaign_changed
from campaign.catalog import items as item_documents
from campaign.catalog.drive_imports import DriveImports
from campaign.catalog.import_page import ImportPage
from campaign.catalog.imports import Imports
from campaign.catalog.items import Items
from campaign.catalog.keep_items import KeepItems
from campaign.catalog.note_product_change import NoteProductChange
from campaign.catalog.reread_products import RereadProducts
from campaign.catalog.rereads import Rereads
from campaign.catalog.start_import import StartImport
from campaign.catalog.tell_item import render_item_changed
from campaign.catalog.withdraw_item import WithdrawItem
from campaign.sealed_values import SEALED
from campaign.selections.finish_selection import FinishSelection, FinishSelections
from campaign.selections.join_campaign import JoinCampaign
from campaign.selections.look_up_products import LookUpProducts
from campaign.selections.note_refusal import NoteRefusal
from campaign.selections.participations import Participations
from campaign.selections.remove_creator import RemoveCreator
from campaign.selections.selections import SELECTIONS, Selections
from campaign.selections.sign_selection import SignSelection
from campaign.selections.submit_selection import SubmitSelection
from campaign.selections.withdraw_selection import WithdrawSelection
from campaign.selections.withdrawals import WITHDRAWALS, Withdrawals
from campaign.settings import Settings
from campaign.stores.catalogs import Catalogs

STATES = {
    "brands": StateOf(brand_documents.BRANDS, brand_documents.CHANGED, brand_field="_id"),
    "campaigns": StateOf(campaign_documents.CAMPAIGNS, campaign_documents.CHANGED),
    "catalog": StateOf(item_documents.ITEMS, item_documents.CHANGED),
}


class Rooms:
    """The repositories, each the only way to its collection."""

    def __init__(self, service: Service) -> None:
        self.brands = Brands(service.database)
        self.campaigns = Campaigns(service.database)
        self.stores = KnownStores(service.database)
        self.items = Items(service.database)
        self.imports = Imports(service.database)
        self.rereads = Rereads(service.database)
        self.participations = Participations(service.database)
        self.selections = Selections(service.database)
        self.withdrawals = Withdrawals(service.database)
        self.board = Board(service.database)
        self.keys = IdempotencyKeys(service.database, service.sealing)


def create_service(settings: Settings) -> Service:
    """The service, ready to run."""
    service = Service("campaign", settings)
    rooms = Rooms(service)
    service.repositories(*vars(rooms).values())
    service.keys_from(FindApiKey(rooms.brands))

    service.outbox.renders(brand_documents.BRANDS, brand_documents.CHANGED, render_brand_changed)
    service.outbox.renders(
        campaign_documents.CAMPAIGNS, campaign_documents.CHANGED, render_campaign_changed
    )
    service.outbox.renders(item_documents.ITEMS, item_documents.CHANGED, render_item_changed)
    service.outbox.holds(SELECTIONS, WITHDRAWALS)

    service.on(StoreChanged, KeepStore())
    service.on(
        StoreProductChanged,
        NoteProductChange(rooms.items, rooms.rereads, reread_after_s=settings.reread_after_s),
    )
    service.on(OrderChanged, KeepOrderOnBoard(rooms.board, rooms.selections, rooms.participations))
    service.on(SelectionRefused, NoteRefusal(rooms.selections, rooms.participations))

    _serve_brands(service, rooms)
    _serve_campaigns(service, rooms)
    _serve_catalog(service, rooms, settings)
    _serve_selections(service, rooms, settings)
    operate(service, states=STATES, sealed=SEALED)
    return service


def _serve_brands(service: Service, rooms: Rooms) -> None:
    access, keys, brands = service.access, rooms.keys, rooms.brands
    secrets, outbox = Secrets(service.sealing), service.outbox
    create = CreateBrand(brands, secrets, outbox)
    make_key, revoke_key = MakeApiKey(brands, outbox), RevokeApiKey(brands, outbox)
    add, remove = AddPublisher(brands, secrets, outbox), RemovePublisher(brands, outbox)
    service.serve(
        brands_api(access, keys, brands, create, EditBrand(brands, outbox)),
        api_keys_api(access, keys, brands, make_key, revoke_key),
        publishers_api(access, keys, add, remove),
        internal_api(access, brands, secrets),
    )


def _serve_campaigns(service: Service, rooms: Rooms) -> None:
    access, keys, campaigns = service.access, rooms.keys, rooms.campaigns
    outbox, check = service.outbox, CheckStores(rooms.stores)
    create = CreateCampaign(campaigns, rooms.brands, check, outbox)
    publish, close = PublishCampaign(campaigns, check, outbox), CloseCampaign(campaigns, outbox)
    service.serve(
        campaigns_api(access, keys, campaigns, create, EditCampaign(campaigns, check, outbox)),
        campaign_views_api(access, campaigns),
        campaign_status_api(access, campaigns, rooms.items, publish, close),
        board_api(access, campaigns, rooms.board),
    )


def _serve_catalog(service: Service, rooms: Rooms, settings: Settings) -> None:
    http = store_client()
    service.on_stop(http.aclose)
    stores = Catalogs(
        http,
        AccessCache(service.internal(settings.store_sync_url)),
        Budgets(settings.store_share),
        deadline_s=settings.store_deadline_s,
    )
    keep_items = KeepItems(rooms.items, service.outbox)
    drive = DriveImports(
        rooms.imports,
        ImportPage(stores, keep_items),
        lease_s=settings.import_lease_s,
        gives_up_after_s=settings.import_gives_up_after_s,
    )
    for worker in range(1, settings.import_workers + 1):
        service.every(1.0, drive, f"drive_imports.{worker}")
    reread = RereadProducts(
        rooms.rereads,
        rooms.items,
        rooms.stores,
        stores,
        keep_items,
        lease_s=settings.import_lease_s,
    )
    service.every(1.0, reread, "reread_products")
    service.on_stop(reread.stop)
    access, campaigns = service.access, rooms.campaigns
    start = StartImport(rooms.imports, rooms.stores)
    service.serve(
        imports_api(access, rooms.keys, campaigns, rooms.imports, start),
        catalog_api(access, campaigns, rooms.items, WithdrawItem(rooms.items, keep_items)),
    )


def _serve_selections(service: Service, rooms: Rooms, settings: Settings) -> None:
    access, keys, campaigns = service.access, rooms.keys, rooms.campaigns
    join, remove = JoinCampaign(rooms.participations), RemoveCreator(rooms.participations)
    sign = SignSelection(Secrets(service.sealing), service.sealing)
    finish = FinishSelection(
        rooms.selections,
        rooms.participations,
        campaigns,
        rooms.brands,
        sign,
        service.sealing,
        service.outbox,
    )
    submit = SubmitSelection(
        rooms.selections,
        LookUpProducts(rooms.items, rooms.stores),
        join,
        finish,
        service.sealing,
        again_after_s=settings.submit_again_after_s,
    )
    withdraw = WithdrawSelection(rooms.withdrawals, rooms.brands, sign, service.outbox)
    left_behind = FinishSelections(rooms.selections, finish, lease_s=settings.submit_again_after_s)
    service.every(2.0, left_behind, "finish_selections")
    service.serve(
        participations_api(access, keys, campaigns, rooms.participations, join),
        removing_api(access, remove),
        selections_api(access, rooms.selections, rooms.board),
        submitting_api(access, keys, campaigns, rooms.participations, submit),
        posting_api(access, keys, campaigns, submit),
        withdrawing_api(access, keys, withdraw),
    )
