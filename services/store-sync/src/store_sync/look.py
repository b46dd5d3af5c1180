"""A look at the store itself: each check with what to do when it fails."""

from collections.abc import Iterator
from dataclasses import dataclass

from giftstream.events import Reason
from giftstream.failures import Transient
from giftstream.reasons import reason
from giftstream_platforms.failures import AccessLost, StoreRefused

from store_sync.store import Inspection, Store


@dataclass(frozen=True, slots=True)
class Check:
    """One question about a connection, and the remedy where the answer is no."""

    name: str
    ok: bool
    detail: str
    remedy: str | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """What the look showed. `reasons` say why the store cannot be used; `sure` is False when it
    did not answer, so that nothing is known of its access."""

    checks: tuple[Check, ...]
    reasons: tuple[Reason, ...] = ()
    inspection: Inspection | None = None
    sure: bool = True

    @property
    def fine(self) -> bool:
        """Everything works."""
        return not self.reasons


async def look_at(store: Store) -> Look:
    """Ask the store; never raises for what the store says or fails to say."""
    try:
        inspection = await store.inspect()
    except AccessLost as lost:
        return _lost(lost)
    except Transient as away:
        return _silent(away.detail)
    except StoreRefused as refused:
        return _silent("; ".join(refused.words))
    reachable = Check("reachable", True, f"{inspection.shop} answers.")
    token = Check("token", True, "The access token is valid.")
    missing = tuple(_missing(inspection))
    if not missing:
        allowed = Check("permissions", True, "Every needed permission is granted.")
        return Look((reachable, token, allowed), inspection=inspection)
    reasons = tuple(reason("permission_denied", check.detail) for check in missing)
    return Look((reachable, token, *missing), reasons, inspection)


def lost_reasons(lost: AccessLost) -> tuple[Reason, ...]:
    """Why the connection is broken: each missing permission by name, else the store's own words."""
    if lost.code == "permission_denied" and lost.missing:
        return tuple(
            reason("permission_denied", f"Missing permission: {one}."[:2000])
            for one in lost.missing
        )
    if lost.code == "permission_denied":
        return (reason("permission_denied"),)
    return (reason("store_disconnected"),)


def _missing(inspection: Inspection) -> Iterator[Check]:
    for scope in inspection.missing:
        yield Check(
            "permissions",
            False,
            f"Missing permission: {scope}.",
            f"Grant {scope} to the app in the store's admin, then check again.",
        )


def _lost(lost: AccessLost) -> Look:
    reasons = lost_reasons(lost)
    remedy = reasons[0].detail
    if lost.code == "store_disconnected":
        remedy = "Give a valid access token, or install the app in the store again."
    return Look((Check("token", False, lost.detail, remedy),), reasons)


def _silent(detail: str) -> Look:
    silent = Check("reachable", False, detail[:500], "Check the address; try again in a minute.")
    return Look((silent,), (reason("store_unreachable"),), sure=False)
