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
    StoreChanged,
)
from giftstream.service import Service

from order_placement.api.decisions import decisions_api
from order_placement.api.internal import internal_api
from order_placement.api.lanes import lanes_api
from order_placement.api.listing import Listing
from order_placement.api.orders import orders_api
from order_placement.api.selections import selections_api
from order_placement.apply_observation import ApplyObservation
from order_placement.blocked import Blocked
from order_placement.copies.keep_campaign import KeepCampaign
from order_placement.copies.keep_item import KeepItem
from order_placement.copies.keep_store import KeepStore
from order_placement.deciding.approve_order import ApproveOrder
from order_placement.deciding.cancel_order import CancelOrder
from order_placement.deciding.carry_out import CarryOut
from order_placement.deciding.deciding import Deciding
from order_placement.deciding.edit_order import EditOrder
from order_placement.deciding.judge_order import JudgeOrder
from order_placement.deciding.reading_orders import ReadingOrders
from order_placement.deciding.reject_order import RejectOrder
from order_placement.intake.publishers import Publishers
from order_placement.intake.reading import Reading
from order_placement.intake.refusals import REFUSALS, Refusals
from order_placement.intake.submission import decode
from order_placement.intake.waits import Waits
from order_placement.order_events import CHANGED, ORDERS, render_order_changed
from order_placement.orders import Orders
from order_placement.placing.wiring import connected_stores, drive
from order_placement.preview_order import PreviewOrder
from order_placement.receive_selection import ReceiveSelection
from order_placement.rechecks import Rechecks
from order_placement.rejudge_orders import RejudgeOrders
from order_placement.retry_waiting import RetryWaiting
from order_placement.selections import Selections
from order_placement.settings import Settings
from order_placement.store_lanes import StoreLanes

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
    database, sealing = service.database, service.sealing
    orders, refusals, waits = Orders(database), Refusals(database), Waits(database, sealing)
    brands, rechecks = KnownBrands(database), Rechecks(database)
    publishers = Publishers(service.internal(settings.campaign_url))
    reading = Reading(database, publishers)
    receive = ReceiveSelection(reading, sealing, settings.wait_for_facts_s)
    keep_campaign, keep_item = KeepCampaign(database, rechecks), KeepItem(database, rechecks)
    observe = ApplyObservation(database)
    read, judge = ReadingOrders(database), JudgeOrder(sealing)
    carry_out = CarryOut(database, service.outbox)
    deciding = Deciding(orders, read, carry_out)
    stores, blocked = connected_stores(service, settings), Blocked(database)
    access, selections = service.access, Selections(database)
    listing = Listing(orders, selections, brands, blocked)

    service.repositories(orders, refusals, waits, brands, rechecks, keep_campaign, keep_item)
    service.keys_from(brands.find_key)
    service.outbox.renders(ORDERS, CHANGED, render_order_changed)
    service.outbox.holds(REFUSALS)

    service.on(SelectionSubmitted, receive, decode)
    service.on(BrandChanged, KeepBrands())
    service.on(CampaignChanged, keep_campaign)
    service.on(CatalogItemChanged, keep_item)
    service.on(StoreChanged, KeepStore(database, rechecks))
    for seen in SEEN_IN_THE_STORE:
        service.on(seen, observe)

    rejudge = RejudgeOrders(orders, rechecks, read, judge, carry_out)
    service.every(0.5, RetryWaiting(database, waits, service.delivery()), "waiting.retry")
    service.every(0.5, rejudge, "orders.rejudge")
    drive(service, stores, settings)

    service.serve(
        decisions_api(
            access,
            blocked,
            EditOrder(deciding, judge, sealing),
            ApproveOrder(deciding, judge),
            RejectOrder(deciding),
            CancelOrder(deciding),
        ),
        orders_api(access, orders, listing, blocked, PreviewOrder(database, stores, sealing)),
        selections_api(access, selections, orders, refusals, waits, blocked),
        lanes_api(access, StoreLanes(database)),
        internal_api(access, orders, sealing),
    )
    return service
