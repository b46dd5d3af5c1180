"""Mails as they are written: plain words, and nothing that breaks out of its line."""

from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import notification
import pytest
from giftstream.delivery import Received
from giftstream.events import OrderChanged
from giftstream.mongo import Document
from giftstream.reasons import sentence
from jinja2 import TemplateError
from notification.channels.addresses import parse_address
from notification.mails.compose import ComposeMail
from notification.mails.people import Addressees
from notification.mails.texts import Texts, plain, words_of
from notification.telling.orders import as_document

from .stories import NOON, Tell

ANA = Address(username="ana", domain="example.com")
CREATOR = {"_id": "m-1", "brand_id": "acme", "template": "order_placed", "audience": "creator"}
BRAND = {**CREATOR, "template": "order_held", "audience": "brand"}


class Named:
    """Knows one brand and one store."""

    def __init__(self, name: str | None) -> None:
        self._name = name

    async def get(self, _: str) -> dict[str, Any] | None:
        return {"name": self._name} if self._name else None

    async def name_of(self, _: str | None) -> str | None:
        return "Acme Europe"


def compose(brand: str | None = "Acme", console_url: str | None = None) -> ComposeMail:
    named: Any = Named(brand)
    return ComposeMail(
        named,
        named,
        sender=Address(username="gifts", domain="giftstream.example"),
        sender_name="giftstream",
        console_url=console_url,
    )


def stored(record: Received[OrderChanged]) -> Document:
    """The order as it is kept."""
    assert record.event is not None
    return as_document(record.event)


def read(mail: EmailMessage) -> tuple[EmailMessage, str]:
    """As a mail reader gets it."""
    parsed = message_from_bytes(mail.as_bytes(policy=policy.SMTP), policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed, parsed.get_content()


async def test_a_creator_reads_who_sends_what_and_that_it_is_free(told: Tell) -> None:
    order = stored(told(3, "placed", placed_at=NOON))
    mail, text = read(await compose()(CREATOR, order, Addressees((ANA,), "Ana García")))
    assert mail["Subject"] == "Your gift from Acme is ordered"
    assert mail["From"] == "Acme <gifts@giftstream.example>"
    assert mail["To"] == "ana@example.com"
    assert mail["Message-ID"] == "<m-1@giftstream.example>"
    assert "Hello Ana García," in text
    assert "2 x Tee, blue" in text
    assert "nothing to pay" in text


async def test_the_second_mail_of_a_message_has_the_same_message_id(told: Tell) -> None:
    order = stored(told(3, "placed", placed_at=NOON))
    mails = [await compose()(CREATOR, order, Addressees((ANA,))) for _ in range(2)]
    assert mails[0]["Message-ID"] == mails[1]["Message-ID"]


async def test_a_delivered_gift_names_its_parcel(told: Tell) -> None:
    order = stored(told(3, "delivered", placed_at=NOON, delivered_at=NOON))
    message = {**CREATOR, "template": "order_delivered"}
    _, text = read(await compose()(message, order, Addressees((ANA,))))
    assert "DHL JJD1" in text
    assert "https://track.example/JJD1" in text


async def test_a_brand_reads_what_to_do_and_where(told: Tell, order_id: str) -> None:
    order = stored(told(3, "on_hold", ("out_of_stock", "missing_address")))
    mail, text = read(
        await compose(console_url="https://c.example/")(BRAND, order, Addressees((ANA,)))
    )
    assert mail["From"] == "giftstream <gifts@giftstream.example>"
    assert sentence("out_of_stock") in text
    assert sentence("missing_address") in text
    assert f"https://c.example/orders/{order_id}" in text
    assert "Acme Europe" in text


async def test_names_from_outside_cannot_add_a_header(told: Tell) -> None:
    order = stored(told(3, "placed", placed_at=NOON))
    evil = "Acme\r\nBcc: everybody@example.com\x00\u202e"
    mail, text = read(
        await compose(evil)(CREATOR, order, Addressees((ANA,), "Ana\r\n\r\nPay here"))
    )
    assert mail["Bcc"] is None
    assert str(mail["Subject"]) == "Your gift from Acme Bcc: everybody@example.com is ordered"
    assert "Hello Ana Pay here," in text


async def test_no_line_of_a_mail_is_longer_than_smtp_allows(told: Tell) -> None:
    order = stored(told(3, "placed", placed_at=NOON))
    order["lines"] = [{"title": "ü" * 1000, "sku": None, "quantity": 1}]
    mail = await compose("Ä" * 200)(CREATOR, order, Addressees((ANA,)))
    assert max(len(line) for line in mail.as_bytes(policy=policy.SMTP).splitlines()) <= 998


@pytest.mark.parametrize(
    "text",
    [
        "",
        None,
        "ana",
        "ana@",
        "@example.com",
        '"x" <a@b>,c@d',
        "Ana <ana@example.com>",
        "a@b.example,c@d.example",
        "ana@example.com\r\nRCPT TO:<x@y.example>",
        "ana@exam\x00ple.com",
        "ana @example.com",
        "a" * 300 + "@example.com",
    ],
)
def test_what_is_not_one_plain_address_is_none(text: str | None) -> None:
    assert parse_address(text) is None


def test_an_international_domain_is_sent_in_its_ascii_form() -> None:
    parsed = parse_address(" ana@bücher.example ")
    assert parsed is not None
    assert parsed.addr_spec == "ana@xn--bcher-kva.example"


def test_a_template_that_asks_for_what_there_is_not_is_an_error(told: Tell) -> None:
    order = stored(told(3, "placed", placed_at=NOON))
    words = words_of(order, brand="Acme", store=None, name=None, console_url=None)
    del words["lines"]
    with pytest.raises(TemplateError):
        Texts().render("order_placed", words)


def test_every_template_renders_with_the_least_there_can_be(told: Tell) -> None:
    order = stored(told(1, "on_hold", ("something_new",)))
    order |= {"shipments": [], "lines": [{"title": None, "sku": None, "quantity": 1}]}
    words = words_of(order, brand="Acme", store=None, name=None, console_url=None)
    folder = Path(notification.__file__).parent / "templates"
    for file in folder.glob("*.txt"):
        subject, text = Texts().render(file.stem, words)
        assert subject
        assert "a gift" in text


def test_plain_text_is_one_short_line() -> None:
    assert plain(" a\n\tb\u202e c ") == "a b c"
    assert len(plain("x" * 1000)) == 200
