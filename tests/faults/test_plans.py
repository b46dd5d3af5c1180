"""A plan in a file is what its reader meant, or a sentence that says what is wrong with it."""

import json
from pathlib import Path
from typing import Any

import pytest
from faults.plans import KINDS, BadPlan, read, written
from faults.schedule import POINTS, plan
from faults.striking import OURS

GOOD = {"at_s": 1.5, "kind": "kill", "target": "campaign", "lasts_s": 2.0, "what": ""}


def of(folder: Path, *faults: Any) -> Path:
    path = folder / "plan.json"
    path.write_text(json.dumps(faults))
    return path


@pytest.mark.parametrize("seed", range(200))
def test_a_seeds_plan_is_read_as_it_was_written(seed: int, tmp_path: Path) -> None:
    faults = plan(seed, 40.0)
    path = tmp_path / "plan.json"
    path.write_text(written(faults))
    assert read(path) == faults


def test_faults_come_in_order_of_their_time(tmp_path: Path) -> None:
    assert [one.at_s for one in read(of(tmp_path, GOOD, {**GOOD, "at_s": 0.5}))] == [0.5, 1.5]


def test_all_kinds_can_be_written() -> None:
    assert set(OURS) < set(KINDS)


@pytest.mark.parametrize("name", sorted(POINTS))
def test_a_crash_at_each_point_of_a_service_can_be_written(name: str, tmp_path: Path) -> None:
    for point in POINTS[name]:
        read(of(tmp_path, {**GOOD, "kind": "crash", "target": name, "what": f"{point}:1"}))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"kind": "explode"}, "there is no kind 'explode'; there are kill, stop"),
        ({"target": "postgres"}, "kill cannot hit 'postgres'; it hits campaign"),
        ({"what": "hard"}, "for kill it is empty"),
        ({"at_s": -1}, "at_s and lasts_s are seconds"),
        ({"at_s": "soon"}, "0.at_s: Input should be a valid number"),
        ({"last_s": 1}, "0.last_s: Unexpected"),
        ({"kind": "crash", "what": "place.claimed:1"}, "campaign has no point 'place.claimed'"),
        ({"kind": "crash", "what": "place.claimed"}, "like 'batch.written:1'"),
        ({"kind": "store", "target": "4"}, "store cannot hit '4'; it hits 0, 1, 2, 3"),
        ({"kind": "store", "target": "0", "what": "orders html 1.5"}, "like 'draftOrderComplete"),
    ],
)
def test_what_is_no_fault_is_named(changes: dict[str, Any], says: str, tmp_path: Path) -> None:
    with pytest.raises(BadPlan) as bad:
        read(of(tmp_path, GOOD | changes))
    assert says in str(bad.value)


def test_a_file_that_is_no_list_or_not_there_is_said(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    with pytest.raises(BadPlan, match="cannot be read: No such file"):
        read(path)
    path.write_text("seed 7")
    with pytest.raises(BadPlan, match="ARGS=--show"):
        read(path)
