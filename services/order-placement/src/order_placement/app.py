"""What order-placement consists of. Wiring only."""

from giftstream.brands import KeepBrands, KnownBrands
from giftstream.events import (
    BrandChanged,
    CampaignChanged,
    CatalogItemChanged,
    OrderCancelled,
    OrderDelivered,
    OrderEdited,
    OrderFulfilled,
    OrderReturned,
    OrderShipmentUpdated,
    SelectionSubmitted,
    SelectionWithdrawn,
    StoreChanged,
    StoreProductChanged,
)
from giftstream.operations import StateOf, operate
from giftstream.service import Service

from order_placement.api.budgets import budgets_api
from order_placement.api.bulk import bulk_api
from order_placement.api.decisions import calling_off_api, placing_api
from order_placement.api.edits import edits_api
from order_placement.api.internal import internal_api
from order_placement.api.lanes import lanes_api
from order_placement.api.listing import Listing
from order_placement.api.orders import orders_api
from order_placement.api.selections import selections_api
from order_placement.apply_observation import ApplyObservation
from order_placement.blocked import Blocked
from order_placement.budgets import Budgets
from order_placement.campaign_budgets import CampaignBudgets
from order_placement.copies.keep_campaign import KeepCampaign
from order_placement.copies.keep_item import KeepItem
from order_placement.copies.keep_store import KeepStore
from order_placement.count_budget import CountBudget
from order_placement.deciding.approve_order import ApproveOrder
from order_placement.deciding.approve_orders import ApproveOrders
from order_placement.deciding.cancel_order import CancelOrder
from order_placement.deciding.carry_out import CarryOut
from order_placement.deciding.deciding import Deciding
from order_placement.deciding.edit_order import EditOrder
from order_placement.deciding.give_back import GiveBack
from order_placement.deciding.judge_order import JudgeOrder
from order_placement.deciding.reading_orders import ReadingOrders
from order_placement.deciding.reject_order import RejectOrder
from order_placement.halts import Halts
from order_placement.intake.publishers import Publishers
from order_placement.intake.reading import Reading
from order_placement.intake.refusals import REFUSALS, Refusals
from order_placement.intake.submission import decode, decode_withdrawal
from order_placement.intake.waits import Waits
from order_placement.order_events import CHANGED, ORDERS, render_order_changed
from order_placement.orders import Orders
from order_placement.placing.wiring import connected_stores, drive
from order_placement.preview_order import PreviewOrder
from order_placement.receive_selection import ReceiveSelection
from order_placement.rechecks import Rechecks
from order_placement.rejudge_orders import RejudgeOrders
from order_placement.restocking.note_product_move import NoteProductMove
from order_placement.restocking.release_restocked import ReleaseRestocked
from order_placement.restocking.restocks import Restocks
from order_placement.retry_waiting import RetryWaiting
from order_placement.sealed_values import SEALED
from order_placement.selections import Selections
from order_placement.settings import Settings
from order_placement.store import Stores
from order_placement.store_lanes import StoreLanes
from order_placement.withdrawals.carry_out_withdrawals import CarryOutWithdrawals
from order_placement.withdrawals.receive_withdrawal import ReceiveWithdrawal
from order_placement.withdrawals.withdraw_order import WithdrawOrder
from order_placement.withdrawals.withdrawals import Withdrawals

SEEN_IN_THE_STORE = (
    OrderFulfilled,
    OrderShipmentUpdated,
    OrderDelivered,
    OrderCancelled,
    OrderReturned,
    OrderEdited,
)


def create_service(settings: Settings) -> Service:
    """The service, ready to run."""
    service = Service("order-placement", settings)
    orders, brands = Orders(service.database), KnownBrands(service.database)

    service.repositories(orders, brands)
    service.keys_from(brands.find_key)
    service.outbox.renders(ORDERS, CHANGED, render_order_changed)

    _take_in(service, settings)
    rejudge = _keep_copies(service, orders)
    observe = ApplyObservation(service.database)
    for seen in SEEN_IN_THE_STORE:
        service.on(seen, observe)
    stores = connected_stores(service, settings)
    drive(service, stores, settings)
    _release_restocked(service, orders, stores, rejudge, settings.restock_look_s)
    _serve(service, orders, brands, stores)
    operate(service, states={"orders": StateOf(ORDERS, CHANGED)}, sealed=SEALED)
    return service


def _take_in(service: Service, settings: Settings) -> None:
    database, sealing = service.database, service.sealing
    refusals, waits = Refusals(database), Waits(database, sealing)
    publishers = Publishers(service.internal(settings.campaign_url))
    wait_s = settings.wait_for_facts_s
    receive = ReceiveSelection(Reading(database, publishers), sealing, wait_s)
    withdrawal = ReceiveWithdrawal(database, publishers, sealing, wait_s)

    service.repositories(refusals, waits)
    service.outbox.holds(REFUSALS)
    service.on(SelectionSubmitted, receive, decode)
    service.on(SelectionWithdrawn, withdrawal, decode_withdrawal)
    service.every(0.5, RetryWaiting(database, waits, service.delivery()), "waiting.retry")


def _keep_copies(service: Service, orders: Orders) -> RejudgeOrders:
    database, rechecks = service.database, Rechecks(service.database)
    keep_campaign, keep_item = KeepCampaign(database, rechecks), KeepItem(database, rechecks)
    judge, carry_out = JudgeOrder(service.sealing), CarryOut(database, service.outbox)
    read = ReadingOrders(database)
    budgets = Budgets(database)
    count = CountBudget(budgets, orders, read, carry_out)
    rejudge = RejudgeOrders(orders, rechecks, read, judge, carry_out, count)

    service.repositories(budgets, rechecks, keep_campaign, keep_item)
    service.on(BrandChanged, KeepBrands())
    service.on(CampaignChanged, keep_campaign)
    service.on(CatalogItemChanged, keep_item)
    service.on(StoreChanged, KeepStore(database, rechecks))
    service.every(0.5, rejudge, "orders.rejudge")
    service.every(0.2, GiveBack(orders, read, carry_out), "allowances.back")
    return rejudge


def _release_restocked(
    service: Service, orders: Orders, stores: Stores, rejudge: RejudgeOrders, look_s: float
) -> None:
    restocks = Restocks(service.database)
    release = ReleaseRestocked(restocks, orders, stores, rejudge)

    service.repositories(restocks)
    service.on(StoreProductChanged, NoteProductMove(service.database, orders))
    service.every(0.5, release, "restocked.release")
    service.every(look_s, release.look, "restocked.look")
    service.on_stop(release.stop)


def _serve(service: Service, orders: Orders, brands: KnownBrands, stores: Stores) -> None:
    access, database, sealing = service.access, service.database, service.sealing
    blocked, selections, judge = Blocked(database), Selections(database), JudgeOrder(sealing)
    refusals, waits = Refusals(database), Waits(database, sealing)
    carry_out = CarryOut(database, service.outbox)
    deciding = Deciding(orders, ReadingOrders(database), carry_out)
    withdrawals, withdraw = Withdrawals(database), WithdrawOrder(deciding)
    approve, edit = ApproveOrder(deciding, judge), EditOrder(deciding, judge, sealing)
    reject, cancel = RejectOrder(deciding), CancelOrder(deciding)
    approve_many = ApproveOrders(orders, ReadingOrders(database), approve, carry_out)
    listing = Listing(orders, selections, brands, blocked)
    preview = PreviewOrder(database, stores, sealing)
    take_back = CarryOutWithdrawals(withdrawals, selections, brands, withdraw, carry_out)

    service.repositories(withdrawals)
    service.every(0.3, take_back, "withdrawals.carry_out")
    service.serve(
        bulk_api(access, approve_many),  # first: its path would be an order's id
        edits_api(access, blocked, edit),
        placing_api(access, blocked, approve),
        calling_off_api(access, blocked, reject, cancel),
        orders_api(access, orders, listing, blocked, preview),
        selections_api(access, selections, orders, refusals, waits, blocked, withdrawals),
        lanes_api(access, StoreLanes(database), Halts(database)),
        budgets_api(access, CampaignBudgets(database)),
        internal_api(access, orders, sealing),
    )
