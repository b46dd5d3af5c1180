"""All interleavings of the real placing code within bounds; and the explorer is not blind."""

import pytest
from exploring.broken_variants import TWO, VARIANTS, Variant
from exploring.explore import Explorer
from exploring.graph import Graph
from exploring.moves import Bounds
from exploring.outside import frozen, timeless
from exploring.replay import Replay

# Claims, faults, crashes, decisions of people, sweeps.
SMALL = [
    Bounds(2, 1, 0, 0, 0),
    Bounds(3, 0, 0, 0, 0),
    Bounds(2, 0, 0, 1, 1),
    Bounds(1, 1, 1, 1, 0),
]
LARGE = [
    Bounds(2, 2, 0, 0, 0),
    Bounds(3, 1, 0, 0, 0),
    Bounds(3, 0, 1, 1, 0),
    Bounds(2, 1, 0, 1, 1),
]
TOLD = 100
"""So many states of an exploration are come to once more, by live coroutines."""


@pytest.mark.parametrize("bounds", SMALL, ids=str)
def test_never_two_never_none(bounds: Bounds) -> None:
    explored = Explorer(bounds)()
    assert explored.complete, str(explored)


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("bounds", LARGE, ids=str)
def test_never_two_never_none_within_wider_bounds(bounds: Bounds) -> None:
    explored = Explorer(bounds)()
    assert explored.complete, str(explored)


@pytest.mark.parametrize("variant", VARIANTS.values(), ids=list(VARIANTS))
def test_what_is_left_out_is_found_out(variant: Variant) -> None:
    only_outcomes = variant.promise == TWO
    found = Explorer(variant.bounds, variant.code, rules=not only_outcomes)().found
    assert found is not None
    assert found.promise == variant.promise, str(found)
    again = Replay(variant.code, rules=not only_outcomes)
    assert again(found.story) == variant.promise, str(found)


def test_a_story_can_be_told_again_and_comes_to_the_same() -> None:
    explorer = Explorer(Bounds(2, 1, 1, 1, 1), most=8_000)
    explorer()
    states = explorer.graph.states
    for number in range(1, len(states), len(states) // TOLD):
        replay = Replay()
        lines = explorer.story(number)
        assert replay(lines) is None, lines
        order, shop = explorer.outside.orders[states[number].order], states[number].shop
        assert frozen(timeless(replay.order)) == frozen(order), lines
        assert replay.shop == explorer.outside.shops[shop], lines


def test_every_way_through_the_states_is_counted() -> None:
    graph: Graph[str, str] = Graph("begin")
    for number, targets in enumerate((["a", "b"], ["b", "end"], ["end"], [])):
        for target in targets:
            graph.leads(number, f"to {target}", target)
        graph.done()
    assert (graph.states, graph.steps) == (["begin", "a", "b", "end"], 5)
    assert graph.ways() == 3
    assert graph.story(3) == ["to a", "to end"]


def test_a_straight_story_ends_placed() -> None:
    replay = Replay()
    steps = ["claim", "stock", "prepare", "save_permitted_handle", "commit", "record_placed"]
    assert replay(["A begins, epoch 1", *(f"A: {step}" for step in steps), "at the end"]) is None
    assert replay.order["status"] == "placed"
    assert replay.shop.live == [replay.order["store_order"]["id"]]
