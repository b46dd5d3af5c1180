"""`giftstream brands`: made once however often the command is given; secrets are shown once."""

from collections.abc import Iterator
from typing import Any

import pytest
from giftstream.http.scopes import SCOPES
from giftstream_cli.making import rerun_key

from .running import Run
from .serving import Answer, Served, serving

BRAND = {
    "brand_id": "b-1",
    "name": "Acme",
    "contacts": ["gifts@acme.example"],
    "unsigned_selections": "review",
    "publishers": [{"key_id": "p-1", "name": "campaign"}],
    "revision": 3,
}
NOT_THERE = {"code": "not_found", "detail": "There is no such brand here."}


class Campaign:
    """Answers a repeated Idempotency-Key as campaign does, and knows which keys still open."""

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.edited: Answer = (200, BRAND)
        self.served = Served({})

    def make_key(self, _: dict[str, Any]) -> Answer:
        sent = self.served.sent("POST /brands/b-1/keys", "Idempotency-Key")
        prefix = f"k{sent.index(sent[-1])}"
        replayed = {"Idempotency-Replayed": "true"} if sent[-1] in sent[:-1] else {}
        if not replayed:
            self.keys.append(prefix)
        said = {"key": f"gs_{prefix}_secret", "prefix": prefix, "scopes": [], "expires_at": None}
        return 201, said, replayed

    def list_keys(self, _: dict[str, Any]) -> Answer:
        more = {"name": "x", "scopes": ["orders:read"], "expires_at": None, "created_at": "then"}
        return 200, {"items": [{"prefix": one, **more} for one in self.keys], "next": None}

    def revoke(self, _: dict[str, Any]) -> Answer:
        self.keys.remove("k0")
        return 204, None

    def routes(self) -> dict[str, Any]:
        return {
            "GET /brands": (200, {"items": [BRAND], "next": None}),
            "POST /brands": (201, BRAND),
            "GET /brands/b-1": (200, BRAND, {"ETag": '"3"'}),
            "PATCH /brands/b-1": lambda _: self.edited,
            "GET /brands/b-1/keys": self.list_keys,
            "POST /brands/b-1/keys": self.make_key,
            "DELETE /brands/b-1/keys/k0": self.revoke,
            "POST /brands/b-1/publishers": (201, {"key_id": "p-2", "secret": "5ecret"}),
            "DELETE /brands/b-1/publishers/p-2": (204, None),
            "GET /brands/none": (404, NOT_THERE),
            "POST /brands/none/keys": (404, NOT_THERE),
        }


@pytest.fixture
def campaign() -> Iterator[Campaign]:
    one = Campaign()
    with serving(one.routes()) as served:
        one.served = served
        yield one


@pytest.fixture
def at(campaign: Campaign) -> dict[str, str]:
    return {"GIFTSTREAM_URL_CAMPAIGN": campaign.served.url, "GIFTSTREAM_KEY": "k"}


def test_a_brand_is_made_once_however_often_it_is_asked_for(
    giftstream: Run, campaign: Campaign, at: dict[str, str]
) -> None:
    create = ("brands", "create", "Acme", "--contact", "gifts@acme.example")
    ran = giftstream(*create, "-q", **at)
    assert (ran.code, ran.out) == (0, "b-1\n")
    assert giftstream(*create, "--json", **at).document["brand_id"] == "b-1"
    giftstream(*create, "--another", **at)
    giftstream("brands", "create", "Other", **at)
    first, again, another, other = campaign.served.sent("POST /brands", "Idempotency-Key")
    assert first == again
    assert len({first, another, other}) == 3
    body = campaign.served.bodies("POST /brands")[0]
    assert body == {"name": "Acme", "contacts": ["gifts@acme.example"]}


def test_a_brand_is_shown_listed_and_changed_as_it_was_read(
    giftstream: Run, campaign: Campaign, at: dict[str, str]
) -> None:
    assert "campaign (p-1)" in giftstream("brands", "show", "b-1", **at).out
    assert "gifts@acme.example" in giftstream("brands", "list", **at).out
    ran = giftstream("brands", "edit", "b-1", "--unsigned", "refuse", **at)
    assert ran.code == 0
    assert campaign.served.bodies("PATCH /brands/b-1") == [{"unsigned_selections": "refuse"}]
    assert campaign.served.sent("PATCH /brands/b-1", "If-Match") == ['"3"']
    campaign.edited = (412, {"code": "stale", "detail": "It was changed meanwhile."})
    stale = giftstream("brands", "edit", "b-1", "--name", "New", "--json", **at)
    assert (stale.code, stale.document["error"]["problem"]) == (1, "stale")


def test_a_key_that_was_revoked_is_not_given_out_again(
    giftstream: Run, campaign: Campaign, at: dict[str, str]
) -> None:
    create = ("brands", "keys", "create", "b-1", "--name", "x", "--scope", "orders:read")
    first = giftstream(*create, "-q", **at)
    assert (first.code, first.out) == (0, "gs_k0_secret\n")
    same = giftstream(*create, "-q", **at)
    assert same.out == first.out
    assert "made before" in same.err
    revoked = giftstream("brands", "keys", "revoke", "b-1", "gs_k0_secret", **at)
    assert (revoked.code, revoked.out) == (0, "revoked k0\n")
    anew = giftstream(*create, "-q", **at)
    assert anew.code == 0
    assert anew.out != first.out
    assert "orders:read" in giftstream("brands", "keys", "list", "b-1", **at).out


def test_a_secret_is_not_made_anew_under_a_key_that_is_still_in_use() -> None:
    asked = ("/brands/b-1/keys", {"name": "x"})
    assert rerun_key(*asked, "2026-11-22") == rerun_key(*asked, "2026-11-22")
    assert rerun_key(*asked, "2026-11-22") != rerun_key(*asked, "2026-11-29")


def test_a_new_key_is_waited_for_where_it_will_be_used(giftstream: Run, at: dict[str, str]) -> None:
    answers = [(401, {"code": "unauthorized"}), (401, {"code": "unauthorized"}), (403, {})]

    def orders(_: dict[str, Any]) -> Answer:
        return answers.pop(0)

    with serving({"GET /orders": orders}) as placement:
        where = {"GIFTSTREAM_URL_ORDER_PLACEMENT": placement.url}
        create = ("brands", "keys", "create", "b-1", "--name", "x", "--all-scopes", "-q")
        assert giftstream(*create, **at, **where).code == 0
    assert answers == []
    assert {key for _, _, key in placement.asked} == {"gs_k0_secret"}


def test_a_publisher_s_secret_fits_into_events_publish(giftstream: Run, at: dict[str, str]) -> None:
    create = ("brands", "publishers", "create", "b-1", "--name", "platform")
    assert giftstream(*create, "-q", **at).out == "p-2:5ecret\n"
    assert giftstream(*create, "--json", **at).document["secret"] == "5ecret"
    assert "p-1" in giftstream("brands", "publishers", "list", "b-1", **at).out
    assert giftstream("brands", "publishers", "remove", "b-1", "p-2", **at).out == "removed p-2\n"


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("create", "X", "--contact", "nobody"), "'nobody' is no email address"),
        (("create", "X", "--unsigned", "maybe"), "accept, review, refuse"),
        (("edit", "b-1"), "Say what to change"),
        (("show", "a/b"), "no brand id"),
        (("keys", "create", "b-1", "--name", "x"), ", ".join(sorted(SCOPES))),
        (("keys", "create", "b-1", "--name", "x", "--scope", "orders:all"), "no scope orders:all"),
    ],
)
def test_wrong_use_says_what_would_be_right(
    giftstream: Run, campaign: Campaign, at: dict[str, str], command: tuple[str, ...], said: str
) -> None:
    ran = giftstream("brands", *command, **at)
    assert ran.code == 2
    assert said in ran.err
    assert campaign.served.asked == []


def test_who_is_not_there_is_code_1_and_where_to_look(giftstream: Run, at: dict[str, str]) -> None:
    ran = giftstream("brands", "show", "none", **at)
    assert ran.code == 1
    assert "giftstream brands list" in ran.err
    create = ("brands", "keys", "create", "none", "--name", "x", "--all-scopes")
    assert "giftstream brands list" in giftstream(*create, **at).err


@pytest.mark.parametrize(
    "command",
    [
        ("create", "Acme"),
        ("edit", "b-1", "--name", "New"),
        ("keys", "create", "b-1", "--name", "x", "--all-scopes"),
        ("keys", "revoke", "b-1", "k0"),
        ("publishers", "create", "b-1", "--name", "x"),
        ("publishers", "remove", "b-1", "p-1"),
    ],
)
def test_a_dry_run_says_what_it_would_send_and_sends_nothing(
    giftstream: Run, campaign: Campaign, at: dict[str, str], command: tuple[str, ...]
) -> None:
    ran = giftstream("brands", *command, "--dry-run", "--json", **at)
    assert ran.code == 0
    assert ran.document["would_send"]["url"].startswith(f"{campaign.served.url}/brands")
    assert "would send" in giftstream("brands", *command, "--dry-run", **at).out
    assert campaign.served.asked == []
