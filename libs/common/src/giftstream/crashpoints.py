"""Named places where a process can be told to die, so that tests may prove it does not matter.

Always in the code, off unless `GIFTSTREAM_CRASHPOINT` names one: `place.permitted` dies at the
first pass, `place.permitted:3` at the third.
"""

import os
import signal

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

_armed: dict[str, int] = {}
"""The one armed point and how many passes are left; empty in every real process."""


def parse(setting: str) -> tuple[str, int]:
    """The point and the pass it dies at. ValueError when there is no such point or number."""
    name, _, number = setting.partition(":")
    if name not in CRASHPOINTS:
        raise ValueError(f"there is no crash point of that name; known are {sorted(CRASHPOINTS)}")
    if number and (not number.isascii() or not number.isdigit() or int(number) < 1):
        raise ValueError("after the colon stands the pass to die at: 1, 2, …")
    return name, int(number or 1)


def arm(setting: str) -> None:
    """Die at this point; an empty setting disarms. ValueError when it names no point."""
    _armed.clear()
    if setting:
        name, passes = parse(setting)
        _armed[name] = passes


def crashpoint(name: str) -> None:
    """Nothing at all, unless this point is armed: then SIGKILL, without a chance to tidy up."""
    if not _armed or name not in _armed:
        return
    _armed[name] -= 1
    if _armed[name] == 0:
        os.kill(os.getpid(), signal.SIGKILL)
