"""POSTs that make something: shown beforehand, harmless when repeated, done once things are known.

The Idempotency-Key derives from what is asked, so the same command again finds what it made before.
What was taken away since is made anew: whoever asks for a key wants one that opens.
"""

import hashlib
import time
from collections.abc import Callable, Mapping
from typing import Any

import orjson
from giftstream.clock import now
from giftstream.identity import derived, new_id

from giftstream_cli.api import Api
from giftstream_cli.failures import NotHeld
from giftstream_cli.output import print_fields, print_json, print_lines, safe, say

KNOWN_WITHIN_S = 15.0
PATIENT_S = 1.5
PAUSE_S = 0.2

# What one service has not yet heard of from another.
_NOT_YET = {
    "unknown_brand": "See `giftstream brands list`.",
    "unknown_store": "See `giftstream stores list`.",
}

Body = Mapping[str, Any]
Made = dict[str, Any]


def made(
    api: Api,
    path: str,
    body: Body,
    is_there: Callable[[Made], bool] = lambda _: True,
    *,
    another: bool = False,
    day: str = "",
) -> tuple[Made, bool]:
    """What the POST made, and whether the same command made it before.

    `day` is part of the Idempotency-Key where a secret is made. Repeated for some seconds while the
    service has not heard of what the body names. Raises as `Api.get`.
    """
    key = new_id() if another else rerun_key(path, body, day)
    answer, before = known(api, path, body, key)
    # A connection that was ended keeps its id, also after the answer from before is forgotten.
    if (before or answer.get("status") == "disconnected") and not is_there(answer):
        return known(api, path, body, new_id())
    return answer, before


def rerun_key(path: str, body: Body, day: str = "") -> str:
    """The same for the same command."""
    content = orjson.dumps([path, dict(body)], option=orjson.OPT_SORT_KEYS)
    return derived("giftstream-cli", hashlib.sha256(content).hexdigest(), day)


def today() -> str:
    """For what holds a secret: an answer is kept for a week, and after that a POST under the same
    key would give the same key id a new secret, while somebody still uses the old one."""
    return now().date().isoformat()


def known(api: Api, path: str, body: Body, key: str) -> tuple[Made, bool]:
    """What the POST under this key made, once the service has heard of what the body names."""
    begun, told = time.monotonic(), False
    while True:
        try:
            return api.created(path, body, key)
        except NotHeld as failed:
            if (look := _NOT_YET.get(failed.problem or "")) is None:
                raise
            waited = time.monotonic() - begun
            if waited > KNOWN_WITHIN_S:
                said = f"{failed.sentence} Is the id right? {look}"
                raise NotHeld(said, failed.problem) from failed
        if waited > PATIENT_S and not told:
            say(f"Waiting up to {KNOWN_WITHIN_S:g} s for the news of it to arrive there.")
            told = True
        # Only asking again tells that it has.
        time.sleep(PAUSE_S)


def would_send(
    method: str, url: str, body: Body | None, *, json: bool, then: str | None = None
) -> None:
    """For `--dry-run`: the request as it would be sent; nothing is."""
    if json:
        asked = {"method": method, "url": url, "body": body}
        print_json({"dry_run": True, "would_send": asked})
        return
    print_lines([safe(f"would send {method} {url}")])
    print_fields({f"  {name}": _shown(value) for name, value in (body or {}).items()})
    say(f"Nothing was sent.{f' {then}' if then else ''}")


def _shown(value: object) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def tell(shown: Body, name: str, *, quiet: bool, json: bool) -> None:
    """What there is now: all of it, or with `quiet` only what `name` holds, for scripts."""
    if json:
        print_json(dict(shown))
    elif quiet:
        print_lines([safe(shown[name])])
    else:
        print_fields({field: _field(value) for field, value in shown.items()})


def _field(value: object) -> object:
    if isinstance(value, list):
        return ", ".join(str(one) for one in value) or None
    if isinstance(value, Mapping):
        told = [f"{name} {one}" for name, one in value.items() if one is not None]
        return ", ".join(told) or None
    return value
