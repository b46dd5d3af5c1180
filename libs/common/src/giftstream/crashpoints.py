"""Named places where a process can be told to die, so that tests may prove it does not matter.

Always in the code, off unless `GIFTSTREAM_CRASHPOINT` names one: `place.permitted` dies at the
first pass, `place.permitted:3` at the third. `place.permitted:1:stop` stops there instead, until
somebody sends SIGCONT: a process that comes back after its lease is worse than a dead one.
"""

import os
import signal
from typing import NamedTuple

CRASHPOINTS = frozenset(
    {
        # every subscriber
        "batch.decoded",
        "batch.taken",
        "batch.written",
        "batch.published",
        "batch.parked",
        "batch.before_ack",
        # outbox
        "outbox.before_send",
        "outbox.sent",
        "outbox.pulled",
        # placing
        "place.claimed",
        "place.intent_saved",
        "place.prepare_sent",
        "place.handle_saved",
        "place.checked",
        "place.permitted",
        "place.commit_sent",
        "place.result_saved",
        "place.published",
        "place.cancel_sent",
        # sweeping what was prepared and is not wanted
        "sweep.listed",
        "sweep.discarded",
        # webhook edge
        "hook.verified",
        "hook.persisted",
        # following orders in the store
        "follow.read",
        "follow.saved",
        "poll.page_applied",
        "poll.cursor_saved",
        # mail
        "mail.claimed",
        "mail.data_accepted",
        "mail.marked",
        # dead letters
        "dlq.produced",
        "dlq.replayed",
    }
)

_SIGNALS = {"kill": signal.SIGKILL, "stop": signal.SIGSTOP}


class Armed(NamedTuple):
    """What happens where."""

    name: str
    passes: int
    """How many are left, this one included."""
    signal: signal.Signals


_armed: dict[str, Armed] = {}
"""The one armed point; empty in every real process."""


def parse(setting: str) -> Armed:
    """`name`, `name:pass` or `name:pass:stop`. ValueError when there is no such point or pass."""
    name, number, how = (*setting.split(":", 2), "", "")[:3]
    if name not in CRASHPOINTS:
        raise ValueError(f"there is no crash point of that name; known are {sorted(CRASHPOINTS)}")
    if ":" in setting and not _is_pass(number):
        raise ValueError("after the colon stands the pass to die at: 1, 2, …")
    if setting.count(":") > 1 and how not in _SIGNALS:
        raise ValueError("after the second colon stands what happens there: kill or stop")
    return Armed(name, int(number or 1), _SIGNALS[how or "kill"])


def arm(setting: str) -> None:
    """Die or stop at this point; an empty setting disarms. ValueError when it names no point."""
    _armed.clear()
    if setting:
        armed = parse(setting)
        _armed[armed.name] = armed


def crashpoint(name: str) -> None:
    """Nothing at all, unless this point is armed: then the signal, without a chance to tidy up."""
    if not _armed or name not in _armed:
        return
    armed = _armed[name]
    _armed[name] = armed._replace(passes=armed.passes - 1)
    if armed.passes == 1:
        os.kill(os.getpid(), armed.signal)


def _is_pass(number: str) -> bool:
    return number.isascii() and number.isdigit() and int(number) >= 1
