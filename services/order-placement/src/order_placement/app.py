"""What order-placement consists of. Wiring only."""

from giftstream.service import Service

from order_placement.order_events import CHANGED, ORDERS, render_order_changed
from order_placement.orders import Orders
from order_placement.settings import Settings


def create_service(settings: Settings) -> Service:
    """The service, ready to run."""
    service = Service("order-placement", settings)
    orders = Orders(service.database)

    service.repositories(orders)
    service.outbox.renders(ORDERS, CHANGED, render_order_changed)

    return service
