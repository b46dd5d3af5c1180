"""Brands read what to do, once, and the words of whoever said no."""

from html import unescape
from typing import Any

import pytest
from giftstream.reasons import sentence
from notification.mails.kinds import KINDS
from notification.mails.texts import own_wording, write
from notification.mails.words import Names, words_of
from notification.telling.orders import as_document

from .stories import IN_STORE, NOON, Tell

WORDS = "It is being packed. " * 30


@pytest.mark.parametrize(
    ("template", "code", "to_do"),
    [
        ("order_cancel_refused", "cancel_refused", "Cancel it in the store's own admin"),
        ("order_withdrawn_too_late", "withdrawn_too_late", "cancel the order"),
    ],
)
def test_a_brand_reads_why_a_gift_is_sent_all_the_same_in_their_own_words(
    told: Tell, template: str, code: Any, to_do: str
) -> None:
    record = told(3, "placed", placed_at=NOON, store_order=IN_STORE)
    assert record.event is not None
    order = as_document(record.event)
    order["reasons"] = [{"code": code, "detail": f"{sentence(code)} Their words: {WORDS}"}]
    words = words_of(KINDS[template], order, Names("Acme", "Acme Europe"))
    mail = write(template, own_wording(template), words, "giftstream")
    for said in (mail.text, unescape(mail.html)):
        read = " ".join(said.split())
        assert read.count(sentence(code)) == 1
        assert f"Their words: {WORDS.strip()}" in read
        assert "#1001 " in read
        assert to_do in read
        assert f"giftstream orders cancel {order['_id']}" in read
