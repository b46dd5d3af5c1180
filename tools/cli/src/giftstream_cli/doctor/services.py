"""The services and their stores: each asked over HTTP what it says of itself."""

from typing import Any

import httpx

from giftstream_cli.api import Api
from giftstream_cli.doctor.finding import Finding, failed, ok
from giftstream_cli.failures import CommandFailed

DEADLINE_S = 10.0
MOST_STORES = 1000


def check_ready(name: str, url: str) -> Finding:
    """Whether it runs, and what keeps it from working."""
    try:
        answer = httpx.get(f"{url}/ready", timeout=DEADLINE_S, trust_env=False)
        said = answer.json()
        checks = {str(one): str(word) for one, word in dict(said.get("checks") or {}).items()}
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        remedy = "Start it, or correct its address; its log says why it does not run."
        return failed(name, f"{url} does not answer ({type(error).__name__}).", remedy)
    except (ValueError, TypeError, AttributeError):
        return failed(name, f"{url} is no giftstream service.", "Correct its address.")
    if answer.is_success:
        return ok(name, f"{url} is ready.")
    troubles = "; ".join(f"{one}: {word}" for one, word in checks.items() if word != "ok")
    remedy = "Mend what it names; it becomes ready by itself."
    return failed(name, f"{url} is not ready: {troubles or answer.status_code}.", remedy)


def check_inside(name: str, api: Api) -> list[Finding]:
    """What it says of its own database, with majority writes and indexes."""
    try:
        checks = api.get("/admin/checks")["checks"]
        return [_told(f"{name} {one['name']}", one) for one in checks]
    except CommandFailed as error:
        return [failed(f"{name} checks", error.sentence, "Use the admin key.")]
    except (KeyError, TypeError):
        return [failed(f"{name} checks", "It answers as no giftstream service does.", "Update it.")]


def stores_of(api: Api) -> tuple[list[dict[str, Any]], list[Finding]]:
    """All that are not disconnected, or why they cannot be told."""
    try:
        found, more = api.pages("/stores", {}, MOST_STORES)
    except CommandFailed as error:
        return [], [failed("stores", error.sentence, "See store-sync above.")]
    live = [one for one in found if one.get("status") != "disconnected"]
    if more:
        remedy = "Check the others with `giftstream stores check`."
        return live, [failed("stores", f"Only the first {MOST_STORES} were checked.", remedy)]
    return live, [] if live else [ok("stores", "None is connected yet.")]


def check_store(api: Api, store: dict[str, Any]) -> Finding:
    """One line for a store: well, or the first thing that is not."""
    name = f"store {store.get('name')} ({store.get('store_id')})"
    try:
        answer = api.post(f"/stores/{store['store_id']}/check", {})
        wrong = [one for one in answer["checks"] if not one["ok"]]
    except CommandFailed as error:
        return failed(name, error.sentence, "Try `giftstream stores check` again.")
    if not wrong:
        return ok(name, "It lets us in, permits what is needed, and calls us back.")
    detail = " ".join(str(one["detail"]) for one in wrong)
    return failed(name, detail, str(wrong[0].get("remedy") or "See the store's admin."))


def _told(name: str, check: dict[str, Any]) -> Finding:
    if check["ok"]:
        return ok(name, str(check["detail"]))
    return failed(name, str(check["detail"]), str(check.get("remedy") or ""))
