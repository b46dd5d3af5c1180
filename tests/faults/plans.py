"""A plan in a file: one's own, or a seed's with fewer faults, to find the one that matters.

JSON, a list of `{"at_s": 1.5, "kind": "kill", "target": "order-placement", "lasts_s": 2.0, "what":
""}`; `make faults SEED=7 ARGS=--show` prints one to begin with.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from faults.schedule import (
    ANSWERS,
    CALLS,
    GROWING,
    MAIL_FAULTS,
    NODES,
    PLACING,
    POINTS,
    REPLICAS,
    SCOPES,
    SERVICES,
    STORES,
    Fault,
)
from pydantic import TypeAdapter, ValidationError

PLAN = TypeAdapter(list[Fault])
CHANCE = r"(0(\.\d+)?|1(\.0+)?)"
_STORES = tuple(map(str, STORES))
_NODES = tuple(map(str, NODES))


def _one_of(names: Sequence[str]) -> str:
    return "(" + "|".join(map(re.escape, names)) + ")"


@dataclass(frozen=True)
class Kind:
    """What a fault of this kind can hit, and the words of its `what`."""

    targets: tuple[str, ...]
    what: str = ""
    """A regular expression of the whole."""
    example: str = ""


_ANSWERS = (*ANSWERS, "search_lag", "total_off")
KINDS = {
    "kill": Kind(SERVICES),
    "stop": Kind(SERVICES),
    "restart": Kind(SERVICES),
    "crash": Kind(SERVICES, r"[a-z_.]+:[1-9]\d*", "batch.written:1"),
    "stop at": Kind(REPLICAS, rf"{_one_of(PLACING[:9])}:[1-9]\d*:stop", "place.commit_sent:1:stop"),
    "kill broker": Kind(_NODES),
    "stop broker": Kind(_NODES),
    "kill primary": Kind(_NODES),
    "stop primary": Kind(_NODES),
    "step down": Kind(_NODES),
    "store": Kind(
        _STORES,
        rf"{_one_of(CALLS)} {_one_of(_ANSWERS)} {CHANCE}",
        "draftOrderComplete reset_after_commit 0.5",
    ),
    "webhooks": Kind(_STORES, rf"drop {CHANCE} duplicate \d+", "drop 0.5 duplicate 3"),
    "access": Kind(_STORES, rf"uninstall|revoke {_one_of(SCOPES)}", "revoke read_orders"),
    "another": Kind(GROWING),
    "mail": Kind(
        tuple(sorted({verb for verb, _ in MAIL_FAULTS})),
        rf"{_one_of(sorted({answer for _, answer in MAIL_FAULTS}))} [1-9]\d*",
        "abort_after_data 2",
    ),
}


class BadPlan(Exception):
    """The file is no plan; the message says where and what to write."""


def written(faults: Sequence[Fault]) -> str:
    """The plan as a file of it would be."""
    return PLAN.dump_json(list(faults), indent=2).decode()


def read(path: Path) -> list[Fault]:
    """The faults of a file, in order of their time; BadPlan."""
    try:
        faults = PLAN.validate_json(path.read_bytes())
    except OSError as error:
        raise BadPlan(f"{path} cannot be read: {error.strerror}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the whole"
        raise BadPlan(f"{path}, {place}: {first['msg']}. {PLAN_FORM}") from error
    for number, fault in enumerate(faults):
        if wrong := _wrong(fault):
            raise BadPlan(f"{path}, fault {number}: {wrong}")
    return sorted(faults, key=lambda fault: fault.at_s)


PLAN_FORM = "`make faults SEED=7 ARGS=--show` prints a plan to begin with."


def _wrong(fault: Fault) -> str | None:
    kind = KINDS.get(fault.kind)
    if kind is None:
        return f"there is no kind {fault.kind!r}; there are {', '.join(KINDS)}."
    if fault.at_s < 0 or fault.lasts_s < 0:
        return "at_s and lasts_s are seconds, 0 or more."
    if fault.target not in kind.targets:
        return f"{fault.kind} cannot hit {fault.target!r}; it hits {', '.join(kind.targets)}."
    if not re.fullmatch(kind.what, fault.what):
        expected = f"like {kind.example!r}" if kind.example else "empty"
        return f"what is {fault.what!r}; for {fault.kind} it is {expected}."
    if (
        fault.kind == "crash"
        and (point := fault.what.partition(":")[0]) not in POINTS[fault.target]
    ):
        return f"{fault.target} has no point {point!r}; it has {', '.join(POINTS[fault.target])}."
    return None
