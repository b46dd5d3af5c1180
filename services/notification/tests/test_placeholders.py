"""What brands may write: words and placeholders, nothing that is ever run."""

import pytest
from notification.mails.kinds import KINDS
from notification.mails.placeholders import Wording, fill, wrongs_of
from notification.mails.texts import own_wording

ESCAPES = [
    "{{ ''.__class__.__mro__ }}",
    "{{ brand.__class__ }}",
    "{{ 'a'*10**9 }}",
    "{% for x in range(10**9) %}x{% endfor %}",
    "{{ brand|attr('x') }}",
    "{# note #}",
    "{{ self }}",
    "{{ config.items() }}",
    "{{brand",
    "brand}}",
    "{{ {{brand}} }}",
]


@pytest.mark.parametrize("text", ESCAPES)
@pytest.mark.parametrize("field", ["subject", "text"])
def test_anything_but_a_placeholder_is_refused(field: str, text: str) -> None:
    wording = Wording(**{"subject": "A", "text": "B", field: text})
    assert [wrong.field for wrong in wrongs_of(wording, "order")] != []


def test_an_unknown_placeholder_is_named_and_so_are_the_known_ones() -> None:
    (wrong,) = wrongs_of(Wording("A", "Hello {{frist_name}}"), "order")
    assert "frist_name" in wrong.detail
    assert "greeting" in wrong.detail


def test_a_block_must_be_a_paragraph_of_its_own() -> None:
    assert wrongs_of(Wording("A", "You get:\n\n{{products}}\n\nBye"), "order") == []
    (inline,) = wrongs_of(Wording("A", "You get {{products}} soon"), "order")
    assert "paragraph of its own" in inline.detail
    (subject,) = wrongs_of(Wording("{{products}}", "B"), "order")
    assert subject.field == "subject"


def test_a_mail_about_a_store_has_no_words_of_orders() -> None:
    assert wrongs_of(Wording("A", "{{products}}"), "store") != []


@pytest.mark.parametrize("template", KINDS)
def test_our_own_words_pass_the_same_check(template: str) -> None:
    assert wrongs_of(own_wording(template), KINDS[template].about) == []


def test_what_a_placeholder_stands_for_is_not_read_again() -> None:
    assert fill("{{ a }}-{{b}}", {"a": "{{b}}", "b": "x"}) == "{{b}}-x"


def test_a_text_of_braces_is_read_in_no_time() -> None:
    assert wrongs_of(Wording("A", "{{ " * 1600 + "\n" * 1000), "order") != []
