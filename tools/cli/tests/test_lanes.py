"""`giftstream lanes`: what waits where, and a person's pause."""

from collections.abc import Iterator

import pytest

from .running import Run
from .serving import Answer, Served, serving

HALT = {"by": "Eve (admin)", "reason": "Stocktaking.", "at": "2026-11-23T10:00:00Z"}
WHY = [{"code": "lane_paused", "detail": "Paused by Eve (admin): Stocktaking."}]
OPEN = {"store_id": "s-1", "brand_id": "acme", "waiting": 3, "blocked_by": [], "halted": None}
PAUSED = OPEN | {"blocked_by": WHY, "halted": HALT}
LOST = OPEN | {"store_id": "s-2", "blocked_by": [{"code": "store_disconnected", "detail": "Gone."}]}


@pytest.fixture
def lanes() -> Iterator[Served]:
    state = dict(OPEN)

    def pause(_: object) -> Answer:
        changed = not state["halted"]
        state.update(PAUSED)
        return 200, {"changed": changed, "lane": state}

    def resume(_: object) -> Answer:
        changed = bool(state["halted"])
        state.update(OPEN)
        return 200, {"changed": changed, "lane": state}

    routes = {
        "GET /lanes": lambda _: (200, [state, LOST]),
        "POST /lanes/s-1/pause": pause,
        "POST /lanes/s-1/resume": resume,
    }
    with serving(routes) as served:
        yield served


@pytest.fixture
def at(lanes: Served) -> dict[str, str]:
    return {"GIFTSTREAM_URL_ORDER_PLACEMENT": lanes.url, "GIFTSTREAM_KEY": "k", "USER": "Eve"}


def test_a_lane_is_paused_with_a_reason_and_resumed(
    giftstream: Run, lanes: Served, at: dict[str, str]
) -> None:
    ran = giftstream("lanes", "pause", "s-1", "--reason", "Stocktaking.", **at)
    assert (ran.code, ran.out) == (0, "s-1  paused, 3 orders wait in it\n")
    assert lanes.bodies("POST /lanes/s-1/pause") == [{"reason": "Stocktaking.", "by": "Eve"}]
    again = giftstream("lanes", "pause", "s-1", "--reason", "Late.", "--json", **at)
    assert (again.code, again.document["changed"]) == (1, False)
    assert giftstream("lanes", "resume", "s-1", **at).code == 0
    nothing = giftstream("lanes", "resume", "s-1", **at)
    assert nothing.code == 1
    assert "nothing to resume" in nothing.err


def test_the_list_tells_a_persons_pause_from_what_the_store_does(
    giftstream: Run, at: dict[str, str]
) -> None:
    giftstream("lanes", "pause", "s-1", "--reason", "Stocktaking.", **at)
    found = giftstream("lanes", "list", "--json", **at).document["items"]
    assert [one["state"] for one in found] == ["paused", "blocked"]
    assert "Paused by Eve (admin): Stocktaking." in giftstream("lanes", "list", **at).out


def test_a_dry_run_changes_nothing(giftstream: Run, lanes: Served, at: dict[str, str]) -> None:
    ran = giftstream("lanes", "pause", "s-1", "--reason", "x", "--dry-run", **at)
    assert (ran.code, ran.out) == (0, "would pause s-1, 3 orders wait in it\n")
    assert "nothing to do" in giftstream("lanes", "resume", "s-1", "--dry-run", **at).out
    assert giftstream("lanes", "resume", "s-9", "--dry-run", **at).code == 1
    assert [asked for asked, _, _ in lanes.asked if asked.startswith("POST")] == []


def test_an_unknown_lane_is_code_1_and_a_pause_needs_a_reason(
    giftstream: Run, at: dict[str, str]
) -> None:
    assert giftstream("lanes", "resume", "s-9", **at).code == 1
    assert giftstream("lanes", "pause", "s-1", **at).code == 2
    assert giftstream("lanes", "pause", "a/b", "--reason", "x", **at).code == 2
