"""What notification consists of. Wiring only."""

from datetime import timedelta

from giftstream.brands import KeepBrands, KnownBrands
from giftstream.events import BrandChanged, OrderChanged, StoreChanged
from giftstream.operations import operate
from giftstream.service import Service

from notification.api.messages import messages_api
from notification.channels.smtp import SmtpChannel, SmtpServer
from notification.mails.compose import ComposeMail
from notification.mails.endings import Endings
from notification.mails.messages import MESSAGES, Messages
from notification.mails.people import People
from notification.mails.send_due_messages import SendDueMessages
from notification.mails.send_message import Patience, SendMessage
from notification.settings import Settings
from notification.telling.keep_store import KeepStore, KnownStores
from notification.telling.orders import Orders
from notification.telling.tell_of_order import TellOfOrder

SEND_EVERY_S = 0.5


def create_service(settings: Settings) -> Service:
    """The service, ready to run."""
    service = Service("notification", settings)
    messages, orders = Messages(service.database), Orders(service.database)
    brands, stores = KnownBrands(service.database), KnownStores(service.database)
    send = SendMessage(
        messages,
        orders,
        People(
            service.internal(settings.order_placement_url), service.internal(settings.campaign_url)
        ),
        ComposeMail(
            brands,
            stores,
            sender=settings.sender_address,
            sender_name=settings.sender_name,
            console_url=settings.console_url,
        ),
        SmtpChannel(smtp_server(settings)),
        Endings(messages, service.outbox),
        sender=settings.sender_address,
        patience=Patience(settings.retry_s, timedelta(seconds=settings.give_up_after_s)),
    )
    lease = timedelta(seconds=settings.lease_s)

    service.repositories(messages, orders, brands, stores)
    service.keys_from(brands.find_key)
    service.outbox.holds(MESSAGES)

    service.on(OrderChanged, TellOfOrder(orders, messages, settings.tell_within_s))
    service.on(StoreChanged, KeepStore())
    service.on(BrandChanged, KeepBrands())
    service.every(SEND_EVERY_S, SendDueMessages(messages, send, lease), "mails.send")
    service.serve(messages_api(messages, service.access))
    operate(service)

    return service


def smtp_server(settings: Settings) -> SmtpServer:
    """The mail server as the settings name it."""
    file = settings.smtp_password_file
    return SmtpServer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        tls=settings.tls,
        timeout_s=settings.smtp_timeout_s,
        user=settings.smtp_user,
        password=file.read_text().strip() if file else None,
    )
