"""What notification consists of. Wiring only."""

from datetime import timedelta

from giftstream.brands import KeepBrands, KnownBrands
from giftstream.events import BrandChanged, OrderChanged, SelectionRefused, StoreChanged
from giftstream.http.idempotency import IdempotencyKeys
from giftstream.operations import operate
from giftstream.service import Service

from notification.api.messages import messages_api
from notification.api.product_sent import product_sent_api
from notification.api.templates import templates_api
from notification.channels.smtp import SmtpChannel, SmtpServer
from notification.mails.compose import ComposeMail
from notification.mails.confirm_shipping import ConfirmShipping
from notification.mails.endings import Endings
from notification.mails.messages import MESSAGES, Messages
from notification.mails.people import People
from notification.mails.send_due_messages import SendDueMessages
from notification.mails.send_message import Patience, SendMessage
from notification.mails.subjects import Subjects
from notification.mails.wordings import Wordings
from notification.settings import Settings
from notification.telling.orders import Orders
from notification.telling.stores import KnownStores
from notification.telling.tell_of_order import TellOfOrder
from notification.telling.tell_of_refusal import TellOfRefusal
from notification.telling.tell_of_store import TellOfStore

SEND_EVERY_S = 0.5


def create_service(settings: Settings) -> Service:
    """The service, ready to run."""
    service = Service("notification", settings)
    messages, orders = Messages(service.database), Orders(service.database)
    brands, stores = KnownBrands(service.database), KnownStores(service.database)
    wordings, keys = Wordings(service.database), IdempotencyKeys(service.database)
    tell_within_s, settles_s = settings.tell_within_s, settings.store_settles_s

    service.repositories(messages, orders, brands, stores, wordings, keys)
    service.keys_from(brands.find_key)
    service.outbox.holds(MESSAGES)

    service.on(OrderChanged, TellOfOrder(orders, messages, wordings, tell_within_s))
    service.on(
        StoreChanged,
        TellOfStore(stores, messages, wordings, tell_within_s=tell_within_s, settles_s=settles_s),
    )
    service.on(SelectionRefused, TellOfRefusal(brands, messages, wordings, tell_within_s))
    service.on(BrandChanged, KeepBrands())
    compose = ComposeMail(
        brands,
        stores,
        wordings,
        sender=settings.sender_address,
        sender_name=settings.sender_name,
        console_url=settings.console_url,
    )
    send = sender(service, settings, messages, Subjects(orders, stores), compose)
    lease = timedelta(seconds=settings.lease_s)
    send_due = SendDueMessages(messages, send, lease)
    service.every(SEND_EVERY_S, send_due, "mails.send")
    service.on_stop(send_due.stop)
    service.serve(
        messages_api(messages, service.access),
        product_sent_api(ConfirmShipping(orders, messages), keys, service.access),
        templates_api(wordings, brands, service.access),
    )
    operate(service)
    return service


def sender(
    service: Service,
    settings: Settings,
    messages: Messages,
    subjects: Subjects,
    compose: ComposeMail,
) -> SendMessage:
    """What brings one message to its end."""
    return SendMessage(
        messages,
        subjects,
        People(
            service.internal(settings.order_placement_url), service.internal(settings.campaign_url)
        ),
        compose,
        SmtpChannel(smtp_server(settings)),
        Endings(messages, service.outbox),
        sender=settings.sender_address,
        patience=Patience(settings.retry_s, timedelta(seconds=settings.give_up_after_s)),
    )


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
