"""Which items a selection's lines mean."""

from typing import Any

import pytest
from campaign.selections.choose_products import choose_products, wanted
from giftstream.events import SelectionLine
from giftstream.http.problems import Problem
from giftstream.identity import item_identity

SPAIN = {"countries": ["ES"]}
FRANCE = {"countries": ["FR"]}
EVERYWHERE: dict[str, Any] = {"countries": []}


def item(store: str, variant: str, sku: str | None = None, **fields: Any) -> dict[str, Any]:
    """An active item worth 10.00."""
    return {
        "_id": item_identity(store, variant),
        "store_id": store,
        "sku": sku,
        "status": "active",
        "retail_price": {"amount": 1000, "currency": "EUR"},
        **fields,
    }


def line(quantity: int = 1, **names: str) -> SelectionLine:
    return SelectionLine(quantity=quantity, **names)


def refused(lines: list[SelectionLine], offered: list[dict[str, Any]], **more: Any) -> Problem:
    arguments = {"stores": {}, "preference": [], "country": None, **more}
    with pytest.raises(Problem) as found:
        choose_products(lines, offered, **arguments)
    return found.value


def test_what_is_asked_for_adds_up() -> None:
    offered = [item("s", "1"), item("s", "2", "TEE", retail_price={"amount": 2490})]
    lines = [line(3, store_id="s", variant_ref="1"), line(2, sku="TEE")]
    chosen = choose_products(lines, offered, {}, ["s"], None)
    assert (chosen.items, chosen.value) == (5, 3 * 1000 + 2 * 2490)
    assert wanted(lines) == ([item_identity("s", "1")], ["TEE"])


@pytest.mark.parametrize(
    ("country", "preference", "expected"),
    [
        ("ES", ["fr", "es"], "es"),
        ("FR", ["fr", "es"], "fr"),
        (None, ["fr", "es"], "fr"),
        (None, ["es", "fr"], "es"),
        ("US", ["es", "fr"], "es"),
    ],
)
def test_of_several_stores_the_country_decides_then_the_campaigns_order(
    country: str | None, preference: list[str], expected: str
) -> None:
    prices = {"es": 100, "fr": 200}
    offered = [
        item(one, "1", "TEE", retail_price={"amount": price}) for one, price in prices.items()
    ]
    stores = {"es": SPAIN, "fr": FRANCE}
    chosen = choose_products([line(sku="TEE")], offered, stores, preference, country)
    assert chosen.value == prices[expected]


def test_a_sku_twice_in_the_chosen_store_is_ambiguous_but_not_in_another() -> None:
    offered = [item("a", "1", "TEE"), item("b", "1", "TEE"), item("b", "2", "TEE")]
    stores = {"a": EVERYWHERE, "b": EVERYWHERE}
    assert choose_products([line(sku="TEE")], offered, stores, ["a", "b"], None).items == 1
    problem = refused([line(sku="TEE")], offered, stores=stores, preference=["b", "a"])
    assert (problem.status, problem.code) == (422, "ambiguous_product")


@pytest.mark.parametrize(
    ("status", "code"), [("deleted", "product_deleted"), ("unavailable", "variant_unavailable")]
)
def test_what_is_gone_cannot_be_given(status: str, code: str) -> None:
    gone = item("s", "1", status=status)
    problem = refused([line(item_id=gone["_id"])], [gone])
    assert [(one.code, one.path) for one in problem.reasons] == [(code, "lines[0]")]
