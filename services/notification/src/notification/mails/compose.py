"""From a message to the mail that leaves: headers through EmailMessage alone, which refuses any
that would break out of its line."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from giftstream.brands import KnownBrands
from giftstream.clock import now
from giftstream.mongo import Document

from notification.mails.kinds import KINDS
from notification.mails.people import Addressees
from notification.mails.placeholders import wrongs_of
from notification.mails.plain import plain
from notification.mails.texts import Written, own_wording, write
from notification.mails.wordings import Wordings, wording_of
from notification.mails.words import Names, words_of
from notification.telling.stores import KnownStores


class ComposeMail:
    """Knows the sender, the brands' and stores' names, and the brands' own words."""

    def __init__(
        self,
        brands: KnownBrands,
        stores: KnownStores,
        wordings: Wordings,
        *,
        sender: Address,
        sender_name: str,
        console_url: str | None,
    ) -> None:
        self._brands = brands
        self._stores = stores
        self._wordings = wordings
        self._sender = sender
        self._sender_name = sender_name
        self._console_url = console_url

    async def __call__(
        self, message: Document, subject: Document, people: Addressees
    ) -> EmailMessage:
        """The mail about the order, store or refusals. Raises ValueError for a header that cannot
        be, KeyError, jinja2.TemplateError."""
        kind = KINDS[message["template"]]
        known = await self._brands.get(message["brand_id"])
        brand = plain(known["name"] if known else None) or self._sender_name
        store_id = message["store_id"] if kind.about == "store" else subject.get("store_id")
        names = Names(
            brand=brand,
            store=await self._stores.name_of(store_id),
            person=people.name,
            console_url=self._console_url,
        )
        writer = brand if kind.audience == "creator" else self._sender_name
        chosen = await self._wordings.get(message["brand_id"], message["template"])
        wording = wording_of(chosen, message["template"])
        if wrongs_of(wording, kind.about):
            # Good when it was saved; a later version does not know one of its placeholders.
            wording = own_wording(message["template"])
        words = words_of(kind, subject, names)
        return self._mail(
            message["_id"], writer, people, write(message["template"], wording, words, writer)
        )

    def _mail(
        self, message_id: str, writer: str, people: Addressees, written: Written
    ) -> EmailMessage:
        mail = EmailMessage()
        sender = self._sender
        mail["From"] = Address(writer, sender.username, sender.domain)
        mail["To"] = people.addresses
        mail["Subject"] = written.subject
        mail["Date"] = format_datetime(now())
        # The same message always has the same id, so that whoever gets it twice can tell.
        mail["Message-ID"] = f"<{message_id}@{sender.domain}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(written.text, cte="quoted-printable")
        mail.add_alternative(written.html, subtype="html", cte="quoted-printable")
        return mail
