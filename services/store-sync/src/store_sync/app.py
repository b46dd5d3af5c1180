"""store-sync: store connections, webhooks, and what is seen of orders in the stores."""

from giftstream import mongo
from giftstream.delivery import Periodic
from giftstream.events import BrandChanged, OrderCreated
from giftstream.http.idempotency import IdempotencyKeys
from giftstream.operations import StateOf, operate
from giftstream.service import Repository, Service
from giftstream_platforms.budgets import Budgets
from giftstream_platforms.http import store_client

from store_sync import connections as connections_of
from store_sync import followed_orders as followed_of
from store_sync import moved_products as moved_of
from store_sync.api.internal import internal_api
from store_sync.api.observations import observations_api
from store_sync.api.privacy import privacy_api
from store_sync.api.stores import StoreUseCases, stores_api
from store_sync.api.webhooks import WebhookEdge
from store_sync.ask_for_products import AskForProducts
from store_sync.brands import Brands
from store_sync.change_store import ChangeStore
from store_sync.check_store import CheckStore, Rhythm
from store_sync.connect_store import ConnectStore
from store_sync.connected_stores import ConnectedStores
from store_sync.connections import Connections
from store_sync.deliveries import Deliveries
from store_sync.disconnect_store import DisconnectStore
from store_sync.drive_following import DriveFollowing
from store_sync.drive_polls import DrivePolls
from store_sync.end_old_secret import EndOldSecret
from store_sync.follow_order import FollowOrder
from store_sync.followed_orders import FollowedOrders
from store_sync.give_access import GiveAccess
from store_sync.grouped_inserts import GroupedInserts
from store_sync.hook_ring import HookRing
from store_sync.keep_connections import KeepConnections
from store_sync.know_brand import KnowBrand
from store_sync.know_order import KnowOrder
from store_sync.lose_access import LoseAccess
from store_sync.moved_products import MovedProducts
from store_sync.poll_store import PollStore
from store_sync.polls import Polls
from store_sync.privacy_requests import PrivacyRequests
from store_sync.receive_webhook import ReceiveWebhook
from store_sync.register_webhooks import RegisterWebhooks
from store_sync.sealed_values import sealed_values
from store_sync.secrets_of import Secrets
from store_sync.settings import Settings
from store_sync.stock_items import StockItems
from store_sync.store_events import render_store_changed
from store_sync.stores.opened import OpenedStores
from store_sync.take_deliveries import TakeDeliveries
from store_sync.take_hints import TakeHints
from store_sync.tell_products import TellProducts

EDGE_DEADLINE_MS = 800
TICK_S = 0.25


def create_service(settings: Settings) -> Service:
    """The table of contents."""
    service = Service("store-sync", settings)
    parts = Parts(service, settings)

    service.repositories(*parts.repositories())
    service.keys_from(parts.brands.find_key)
    service.on(BrandChanged, KnowBrand())
    service.on(OrderCreated, KnowOrder(parts.orders))
    service.outbox.renders(connections_of.COLLECTION, "store.changed", render_store_changed)
    service.outbox.holds(followed_of.COLLECTION, moved_of.COLLECTION)

    _connections(service, settings, parts)
    follow = _following(service, settings, parts)
    _webhooks(service, settings, parts, follow)
    service.on_stop(parts.http.aclose)
    operate(
        service,
        states={"stores": StateOf(connections_of.COLLECTION, connections_of.CHANGED)},
        sealed=sealed_values(service.database),
    )
    return service


class Parts:
    """What the rooms of this service share."""

    def __init__(self, service: Service, settings: Settings) -> None:
        database = service.database
        self.keys = IdempotencyKeys(database)
        self.brands = Brands(database)
        self.connections = Connections(database)
        self.deliveries = Deliveries(database)
        self.orders = FollowedOrders(database)
        self.products = MovedProducts(database, settings.coalesce_s)
        self.stock_items = StockItems(database)
        self.polls = Polls(database)
        self.privacy = PrivacyRequests(database)
        self.secrets = Secrets(service.sealing)
        self.http = store_client()
        self.stores = OpenedStores(
            self.http, Budgets(settings.budget_share), self.secrets, settings.webhook_url
        )
        self.connected = ConnectedStores(self.connections)
        self.lose_access = LoseAccess(self.connections, self.connected, service.outbox)

    def repositories(self) -> tuple[Repository, ...]:
        """Everything with indexes."""
        return (
            self.keys,
            self.brands,
            self.connections,
            self.deliveries,
            self.orders,
            self.products,
            self.stock_items,
            self.polls,
            self.privacy,
        )


def _connections(service: Service, settings: Settings, parts: Parts) -> None:
    connections, stores, secrets = parts.connections, parts.stores, parts.secrets
    rhythm = Rhythm(settings.check_every_s, settings.recheck_every_s)
    register = RegisterWebhooks(
        connections, secrets, parts.polls, settings.webhook_url, service.registry
    )
    check = CheckStore(connections, stores, register, rhythm)
    connect = ConnectStore(parts.brands, connections, stores, secrets, settings.simulator_url)
    change = ChangeStore(
        connections, stores, secrets, old_secret_holds_s=settings.old_secret_holds_s
    )
    disconnect = DisconnectStore(connections, stores, register)
    old_secret = EndOldSecret(connections)
    use_cases = StoreUseCases(
        connections, connect, change, disconnect, check, old_secret, service.outbox
    )
    service.serve(
        stores_api(service.access, parts.keys, use_cases),
        internal_api(service.access, GiveAccess(connections, secrets)),
        observations_api(service.access, parts.orders),
        privacy_api(service.access, use_cases.visible, parts.privacy),
    )
    service.every(1.0, KeepConnections(connections, check, service.outbox), "check_stores")


def _webhooks(service: Service, settings: Settings, parts: Parts, follow: Periodic) -> None:
    ring = HookRing(parts.connections, service.sealing)
    service.on_start(ring.refresh)
    service.every(1.0, ring.refresh, "refresh_hooks")
    take_hints = TakeHints(
        parts.deliveries,
        parts.products,
        parts.stock_items,
        parts.connections,
        parts.polls,
        parts.privacy,
    )
    take_deliveries = TakeDeliveries(parts.deliveries, parts.orders, take_hints, follow.soon)
    take = service.every(TICK_S, take_deliveries, "take_deliveries")
    # Its own client: a webhook is answered within a second, also when MongoDB is away.
    edge_database = mongo.connect(
        settings.mongo.get_secret_value(), service.database.name, deadline_ms=EDGE_DEADLINE_MS
    )
    inserts = GroupedInserts(Deliveries(edge_database), take.soon)
    service.on_start(inserts.start)
    service.on_stop(inserts.stop)
    edge = WebhookEdge(ReceiveWebhook(ring, inserts, service.sealing), service.registry)
    service.public(edge, settings.webhook_port)  # type: ignore[arg-type]  # plain ASGI, as fast as it gets

    ask = AskForProducts(
        parts.connected, parts.stock_items, parts.products, parts.stores, parts.lose_access
    )
    service.every(TICK_S, ask, "ask_for_products")
    service.on_stop(ask.stop)
    service.every(1.0, TellProducts(parts.products, service.outbox), "tell_products")


def _following(service: Service, settings: Settings, parts: Parts) -> Periodic:
    follow_order = FollowOrder(
        parts.orders, service.outbox, service.sealing, settings.reread_every_s
    )
    drive = DriveFollowing(
        parts.connected,
        parts.orders,
        parts.stores,
        follow_order,
        parts.lose_access,
        at_once=settings.reads_at_once,
        lease_s=settings.lease_s,
    )
    follow = service.every(TICK_S, drive, "follow_orders")
    poll = PollStore(
        parts.polls,
        parts.orders,
        every_s=settings.poll_every_s,
        overlap_s=settings.poll_overlap_s,
        lease_s=settings.lease_s,
    )
    polls = DrivePolls(
        parts.connected,
        parts.polls,
        parts.stores,
        poll,
        parts.lose_access,
        follow.soon,
        every_s=settings.poll_every_s,
        lease_s=settings.lease_s,
    )
    service.every(1.0, polls, "poll_stores")
    service.on_stop(drive.stop)
    service.on_stop(polls.stop)
    return follow
