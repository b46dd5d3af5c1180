"""Mails as they are written: plain words, and nothing that breaks out of its line."""

from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Any

import pytest
from giftstream.delivery import Received
from giftstream.events import OrderChanged
from giftstream.mongo import Document
from giftstream.reasons import sentence
from notification.channels.addresses import parse_address
from notification.mails.compose import ComposeMail
from notification.mails.kinds import KINDS
from notification.mails.people import Addressees
from notification.mails.placeholders import Wording
from notification.mails.plain import link, plain
from notification.mails.preview import preview
from notification.mails.texts import own_wording, write
from notification.mails.words import Names, words_of
from notification.telling.orders import as_document

from .stories import IN_STORE, NOON, Tell, parcel

ANA = Address(username="ana", domain="example.com")
CREATOR = {"_id": "m-1", "brand_id": "acme", "template": "order_placed", "audience": "creator"}
BRAND = {**CREATOR, "template": "order_held", "audience": "brand"}


class Named:
    """Knows one brand, its words and its store."""

    def __init__(self, name: str | None, **words: str) -> None:
        self._name = name
        self._words = {"subject": None, "text": None} | words

    async def get(self, _: str, template: str | None = None) -> dict[str, Any] | None:
        if template is not None:
            return self._words
        return {"name": self._name} if self._name else None

    async def name_of(self, _: str | None) -> str | None:
        return "Acme Europe"


def compose(
    brand: str | None = "Acme", console_url: str | None = None, **words: str
) -> ComposeMail:
    named: Any = Named(brand, **words)
    return ComposeMail(
        named,
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
    """As a mail reader without HTML gets it."""
    parsed = message_from_bytes(mail.as_bytes(policy=policy.SMTP), policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    assert parsed.get_content_type() == "multipart/alternative"
    return parsed, body(parsed, "plain")


def body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body(preferencelist=(kind,))
    assert part is not None
    return str(part.get_content())


class Seen(HTMLParser):
    """Tags, attributes and words of a page, as a browser would find them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.words = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.words += data


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
    fields = {"placed_at": NOON, "delivered_at": NOON, "shipments": (parcel(),)}
    message = {**CREATOR, "template": "order_delivered"}
    order = stored(told(3, "delivered", **fields))
    mail, text = read(await compose()(message, order, Addressees((ANA,))))
    assert "DHL JJD1" in text
    assert "https://track.example/JJD1" in text
    seen = Seen(body(mail, "html"))
    assert "DHL JJD1" in seen.words
    assert ("href", "https://track.example/JJD1") in seen.attributes


@pytest.mark.parametrize("template", ["order_shipped", "product_sent", "order_delivered"])
def test_a_creator_is_asked_to_say_that_it_was_a_gift(template: str) -> None:
    mail = preview(template, Wording("Here", "In our own words."), "Acme")
    assert "Ad: a gift from Acme" in mail.text
    assert "Ad: a gift from Acme" in Seen(mail.html).words


@pytest.mark.parametrize("template", KINDS)
def test_text_and_html_say_the_same(template: str) -> None:
    mail = preview(template, own_wording(template), "Acme")
    seen = Seen(mail.html)
    words = [word for word in mail.text.split() if word not in ("x", "*", "it", "here:")]
    told = seen.words.replace("\xa0", " ") + " ".join(value or "" for _, value in seen.attributes)
    assert [word for word in words if word.strip("()") not in told] == []
    assert seen.tags & {"img", "script", "link", "iframe", "form"} == set()
    assert "{{" not in mail.subject + mail.text + mail.html


async def test_markup_from_outside_is_only_words(told: Tell) -> None:
    order = stored(told(3, "placed", placed_at=NOON, shipments=(parcel(),)))
    evil = "<script>x</script><img src=x onerror=y>\"'"
    order["lines"][0]["title"] = evil
    order["shipments"][0] |= {"carrier": evil, "tracking_url": 'https://t.example/"onclick="x'}
    message = {**CREATOR, "template": "product_sent"}
    mail, text = read(await compose(evil)(message, order, Addressees((ANA,), evil)))
    seen = Seen(body(mail, "html"))
    assert seen.tags & {"script", "img"} == set()
    assert [name for name, _ in seen.attributes if name.startswith("on")] == []
    assert seen.words.count("<script>x</script>") >= 3
    assert "https://t.example" not in text


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "http://t.example/1", "https://a b", "data:text/html,x", None]
)
def test_only_encrypted_web_addresses_become_links(url: str | None) -> None:
    assert link(url) is None


async def test_a_brand_writes_its_own_words_and_they_are_never_read_as_code(told: Tell) -> None:
    order = stored(told(3, "placed", placed_at=NOON))
    words = {"subject": "For {{ name }}", "text": "Dear {{name}},\n\n{{products}}\n\n<b>Bye</b>"}
    mail, text = read(await compose(**words)(CREATOR, order, Addressees((ANA,), "{{brand}}")))
    assert mail["Subject"] == "For {{brand}}"
    assert text.splitlines() == ["Dear {{brand}},", "", "  2 x Tee, blue", "", "<b>Bye</b>"]
    assert "b" not in Seen(body(mail, "html")).tags


def test_each_parcel_of_several_says_what_is_in_it(told: Tell) -> None:
    half: Any = {"lines": [{"variant_ref": "812", "quantity": 1}]}
    parcels = (parcel(**half), parcel("JJD2", shipment_id="f-2", **half))
    order = stored(told(3, "in_transit", placed_at=NOON, shipments=parcels))
    words = words_of(KINDS["order_shipped"], order, Names("Acme"))
    shown = [(one["label"], one["rows"][0]["quantity"]) for one in words.blocks["parcels"]]
    assert shown == [("DHL JJD1", 1), ("DHL JJD2", 1)]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("out_of_stock", "A product that you chose is not available any more."),
        ("total_not_zero", "It could not be ordered in the store."),
        ("rejected", "We are out of blue ones."),
    ],
)
def test_a_creator_reads_the_reason_in_plain_words(told: Tell, code: str, said: str) -> None:
    order = stored(told(4, "rejected"))
    order["reasons"] = [{"code": code, "detail": "We are out of blue ones."}]
    words = words_of(KINDS["order_rejected"], order, Names("Acme"))
    mail = write("order_rejected", own_wording("order_rejected"), words, "Acme")
    assert said in mail.text
    assert "restock" not in mail.text


def test_without_a_reason_there_is_no_gap(told: Tell) -> None:
    words = words_of(KINDS["order_cancelled"], stored(told(4, "cancelled")), Names("Acme"))
    mail = write("order_cancelled", own_wording("order_cancelled"), words, "Acme")
    assert "\n\n\n" not in mail.text
    assert "will not come.\n\nWhat you had chosen:" in mail.text


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


def test_every_mail_about_an_order_is_written_with_the_least_there_can_be(told: Tell) -> None:
    order = stored(told(1, "on_hold", ("something_new",), store_order=IN_STORE))
    order |= {"lines": [{"variant_ref": None, "title": None, "sku": None, "quantity": 1}]}
    for template in (name for name, kind in KINDS.items() if kind.about == "order"):
        words = words_of(KINDS[template], order, Names("Acme"))
        mail = write(template, own_wording(template), words, "Acme")
        assert mail.subject
        assert "a gift" in mail.text


def test_plain_text_is_one_short_line() -> None:
    assert plain(" a\n\tb\u202e c ") == "a b c"
    assert len(plain("x" * 1000)) == 200
