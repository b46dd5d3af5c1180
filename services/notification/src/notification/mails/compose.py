"""From a message to the mail that leaves: headers through EmailMessage alone, which refuses any
that would break out of its line."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from giftstream.brands import KnownBrands
from giftstream.clock import now
from giftstream.mongo import Document

from notification.mails.people import Addressees
from notification.mails.texts import Texts, plain, words_of
from notification.telling.keep_store import KnownStores


class ComposeMail:
    """Knows the sender and the brands' and stores' names."""

    def __init__(
        self,
        brands: KnownBrands,
        stores: KnownStores,
        *,
        sender: Address,
        sender_name: str,
        console_url: str | None,
    ) -> None:
        self._brands = brands
        self._stores = stores
        self._texts = Texts()
        self._sender = sender
        self._sender_name = sender_name
        self._console_url = console_url

    async def __call__(
        self, message: Document, order: Document, people: Addressees
    ) -> EmailMessage:
        """The mail. Raises ValueError for a header that cannot be, jinja2.TemplateError."""
        known = await self._brands.get(message["brand_id"])
        brand = plain(known["name"] if known else None) or self._sender_name
        words = words_of(
            order,
            brand=brand,
            store=await self._stores.name_of(order["store_id"]),
            name=people.name,
            console_url=self._console_url,
        )
        subject, text = self._texts.render(message["template"], words)
        writer = brand if message["audience"] == "creator" else self._sender_name
        return self._mail(message["_id"], writer, people, subject, text)

    def _mail(
        self, message_id: str, writer: str, people: Addressees, subject: str, text: str
    ) -> EmailMessage:
        mail = EmailMessage()
        sender = self._sender
        mail["From"] = Address(writer, sender.username, sender.domain)
        mail["To"] = people.addresses
        mail["Subject"] = subject
        mail["Date"] = format_datetime(now())
        # The same message always has the same id, so that whoever gets it twice can tell.
        mail["Message-ID"] = f"<{message_id}@{sender.domain}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(text, cte="quoted-printable")
        return mail
