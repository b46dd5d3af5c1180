"""What counts as delivered, and when waiting on is of no use."""

from __future__ import annotations

from typing import Any

from localstack.stack.orders import STUCK_FOR_S, Orders
from localstack.stack.samples import Sample

SAMPLES = [Sample("s-1", "Ana", {}), Sample("s-2", "Jonas", {})]


def snapshot(order: str, selection: str, sequence: int, status: str, **more: Any) -> dict[str, Any]:
    return {
        "order_id": order,
        "selection_id": selection,
        "sequence": sequence,
        "status": status,
    } | more


def expecting() -> Orders:
    orders = Orders()
    orders.expect(SAMPLES)
    return orders


def test_a_sample_is_delivered_when_all_of_its_orders_are() -> None:
    orders = expecting()
    orders.changed(snapshot("o-1", "s-1", 1, "delivered"))
    orders.changed(snapshot("o-2a", "s-2", 1, "delivered"))
    orders.changed(snapshot("o-2b", "s-2", 1, "placed"))
    assert orders.undelivered() == ["s-2 (Jonas): delivered, placed"]
    orders.changed(snapshot("o-2b", "s-2", 2, "delivered"))
    assert orders.undelivered() == []


def test_an_older_snapshot_changes_nothing() -> None:
    orders = expecting()
    orders.changed(snapshot("o-1", "s-1", 5, "delivered"))
    assert orders.changed(snapshot("o-1", "s-1", 4, "fulfilled")) is None
    assert orders.by_id["o-1"].status == "delivered"


def test_a_sample_nobody_spoke_of_is_missing() -> None:
    assert expecting().undelivered() == [
        "s-1 (Ana): nothing heard of it",
        "s-2 (Jonas): nothing heard of it",
    ]


def test_a_refusal_is_told_with_its_reasons() -> None:
    orders = expecting()
    reasons = [{"code": "unknown_brand", "detail": "…", "path": None}]
    orders.refused({"event_id": "e", "selection_id": "s-1", "reasons": reasons})
    assert "s-1 (Ana): refused unknown_brand" in orders.undelivered()


def test_it_is_stuck_once_all_that_is_missing_waits_for_people_and_nothing_moves() -> None:
    now = [100.0]
    orders = Orders(clock=lambda: now[0])
    orders.expect(SAMPLES)
    orders.changed(snapshot("o-1", "s-1", 1, "delivered"))
    assert not orders.stuck()
    now[0] += STUCK_FOR_S + 1
    assert not orders.stuck(), "s-2 was not heard of: it may yet come"
    orders.changed(snapshot("o-2", "s-2", 1, "on_hold", reasons=[{"code": "out_of_stock"}]))
    assert not orders.stuck(), "it may be released at once"
    now[0] += STUCK_FOR_S + 1
    assert orders.stuck()


def test_foreign_orders_are_shown_and_never_waited_for() -> None:
    orders = expecting()
    shown = orders.changed(snapshot("x", "foreign", 1, "placing"))
    assert shown is not None
    assert shown.recipient == ""
    assert not any("foreign" in line for line in orders.undelivered())
