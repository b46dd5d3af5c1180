"""What order-placement consists of. Wiring only."""

from giftstream.brands import KeepBrands, KnownBrands
from giftstream.events import (
    BrandChanged,
    CampaignChanged,
    CatalogItemChanged,
    SelectionSubmitted,
    StoreChanged,
)
from giftstream.service import Service

from order_placement.copies.keep_campaign import KeepCampaign
from order_placement.copies.keep_item import KeepItem
from order_placement.copies.keep_store import KeepStore
from order_placement.intake.publishers import Publishers
from order_placement.intake.reading import Reading
from order_placement.intake.refusals import REFUSALS, Refusals
from order_placement.intake.submission import decode
from order_placement.intake.waits import Waits
from order_placement.order_events import CHANGED, ORDERS, render_order_changed
from order_placement.orders import Orders
from order_placement.receive_selection import ReceiveSelection
from order_placement.rechecks import Rechecks
from order_placement.retry_waiting import RetryWaiting
from order_placement.settings import Settings


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

    service.repositories(orders, refusals, waits, brands, rechecks, keep_campaign, keep_item)
    service.keys_from(brands.find_key)
    service.outbox.renders(ORDERS, CHANGED, render_order_changed)
    service.outbox.holds(REFUSALS)

    service.on(SelectionSubmitted, receive, decode)
    service.on(BrandChanged, KeepBrands())
    service.on(CampaignChanged, keep_campaign)
    service.on(CatalogItemChanged, keep_item)
    service.on(StoreChanged, KeepStore(database, rechecks))
    service.every(0.5, RetryWaiting(database, waits, service.delivery()), "waiting.retry")

    return service
