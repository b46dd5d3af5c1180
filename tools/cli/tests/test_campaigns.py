"""`giftstream campaigns` and `catalog`: limits said, stores waited for, imports watched."""

from collections.abc import Iterator
from typing import Any

import pytest

from .running import Run
from .serving import Answer, Served, serving

CAMPAIGN = {
    "campaign_id": "c-1",
    "brand_id": "b-1",
    "name": "Spring",
    "type": "product_gifting",
    "status": "draft",
    "auto_approve": False,
    "allowance": {"items": 2, "value": None, "orders_per_creator": "unlimited"},
    "countries": [],
    "stores": ["s-1", "s-2"],
    "notices": [{"code": "no_catalog", "detail": "It has no products yet."}],
}
UNKNOWN = {"code": "unknown_store", "detail": "A store is not known here.", "reasons": []}
ITEM = {
    "item_id": "i-1",
    "store_id": "s-1",
    "product_ref": "8234",
    "variant_ref": "8299",
    "sku": "TEE-M",
    "title": "Tee",
    "variant_title": "M",
    "retail_price": {"amount": 2490, "currency": "EUR"},
    "status": "active",
}


class Campaigns:
    """Hears of a store after two requests; an import is done when it is looked at twice."""

    def __init__(self) -> None:
        self.unheard = 2
        self.published: Answer = (200, CAMPAIGN)
        self.error: dict[str, str] | None = None
        self.looked = 0

    def create(self, _: dict[str, Any]) -> Answer:
        self.unheard -= 1
        return (409, UNKNOWN) if self.unheard >= 0 else (201, CAMPAIGN)

    def job(self, store: str, *, over: bool) -> dict[str, Any]:
        status = "running" if not over else "failed" if self.error else "done"
        rejected = {
            "variant_ref": "9",
            "product_ref": "8",
            "reason": {"detail": "It has no price."},
        }
        return {
            "import_id": f"of-{store}",
            "store_id": store,
            "status": status,
            "total": 3,
            "done": 3 if over else 1,
            "imported": 2,
            "rejected_count": 1,
            "rejected": [rejected],
            "error": self.error if over else None,
            "finished_at": "now" if over else None,
        }

    def look(self, store: str) -> Answer:
        self.looked += 1
        return 200, self.job(store, over=self.looked > 2)

    def routes(self) -> dict[str, Any]:
        return {
            "GET /campaigns": (200, {"items": [CAMPAIGN], "next": None}),
            "POST /campaigns": self.create,
            "GET /campaigns/c-1": (200, CAMPAIGN, {"ETag": '"7"'}),
            "PATCH /campaigns/c-1": (200, CAMPAIGN),
            "POST /campaigns/c-1/publish": lambda _: self.published,
            "POST /campaigns/c-1/reopen": (200, CAMPAIGN),
            "POST /campaigns/c-1/close": (200, CAMPAIGN),
            "POST /campaigns/c-1/catalog/imports": lambda body: (
                202,
                self.job(body["store_id"], over=False),
            ),
            "GET /campaigns/c-1/catalog": (200, {"items": [ITEM], "next": None}),
            "GET /imports/of-s-1": lambda _: self.look("s-1"),
            "GET /imports/of-s-2": lambda _: self.look("s-2"),
        }


@pytest.fixture
def campaigns() -> Campaigns:
    return Campaigns()


@pytest.fixture
def served(campaigns: Campaigns) -> Iterator[Served]:
    with serving(campaigns.routes()) as one:
        yield one


@pytest.fixture
def at(served: Served) -> dict[str, str]:
    return {"GIFTSTREAM_URL_CAMPAIGN": served.url, "GIFTSTREAM_KEY": "k"}


def test_a_campaign_is_made_once_its_store_is_heard_of(
    giftstream: Run, served: Served, at: dict[str, str]
) -> None:
    wanted = ("--store", "s-1", "--store", "s-2", "--country", "es", "--items", "2", "--unlimited")
    ran = giftstream("campaigns", "create", "Spring", "--brand", "b-1", *wanted, "-q", **at)
    assert (ran.code, ran.out) == (0, "c-1\n")
    keys = served.sent("POST /campaigns", "Idempotency-Key")
    assert len(keys) == 3
    assert len(set(keys)) == 1
    assert served.bodies("POST /campaigns")[-1] == {
        "name": "Spring",
        "brand_id": "b-1",
        "type": "product_gifting",
        "stores": ["s-1", "s-2"],
        "countries": ["ES"],
        "auto_approve": False,
        "allowance": {"items": 2, "value": "unlimited", "orders_per_creator": "unlimited"},
    }


def test_a_budget_is_an_amount_and_its_currency_or_unlimited(
    giftstream: Run, served: Served, at: dict[str, str]
) -> None:
    for given, said in (
        ("500000 EUR", {"amount": 500000, "currency": "EUR"}),
        ("unlimited", "unlimited"),
    ):
        ran = giftstream("campaigns", "edit", "c-1", "--budget", given, "--dry-run", "--json", **at)
        assert ran.document["would_send"]["body"] == {"budget": said}


def test_an_edit_sends_what_is_named_alone(
    giftstream: Run, served: Served, at: dict[str, str]
) -> None:
    edit = ("campaigns", "edit", "c-1")
    assert giftstream(*edit, "--value", "5000", "--review", "--country", "any", **at).code == 0
    body = {"auto_approve": False, "countries": [], "allowance": {"value": 5000}}
    assert served.bodies("PATCH /campaigns/c-1") == [body]
    assert served.sent("PATCH /campaigns/c-1", "If-Match") == ['"7"']


def test_publishing_says_what_is_missing_and_how_to_give_it(
    giftstream: Run, campaigns: Campaigns, at: dict[str, str]
) -> None:
    ran = giftstream("campaigns", "publish", "c-1", **at)
    assert ran.code == 0
    assert "It has no products yet." in ran.err
    missing = {"code": "missing_limit", "detail": "Say how much.", "path": "allowance.value"}
    refused = {"code": "missing_limit", "detail": "Set every limit.", "reasons": [missing]}
    campaigns.published = (422, refused)
    ran = giftstream("campaigns", "publish", "c-1", **at)
    assert ran.code == 1
    assert "allowance.value" in ran.err
    assert "campaigns edit" in ran.err
    campaigns.published = (409, {"code": "campaign_closed", "detail": "It is not open."})
    assert "--reopen" in giftstream("campaigns", "publish", "c-1", **at).err
    assert giftstream("campaigns", "publish", "c-1", "--reopen", **at).code == 0
    assert giftstream("campaigns", "close", "c-1", **at).code == 0
    assert "c-1" in giftstream("campaigns", "list", **at).out
    shown = giftstream("campaigns", "show", "c-1", "--json", **at)
    assert shown.document["allowance"]["items"] == 2


def test_an_import_of_every_store_is_watched_to_its_end(
    giftstream: Run, served: Served, campaigns: Campaigns, at: dict[str, str]
) -> None:
    ran = giftstream("catalog", "import", "c-1", "--all", "--json", **at)
    assert ran.code == 0
    assert [one["status"] for one in ran.document["items"]] == ["done", "done"]
    assert "9 was left out: It has no price." in ran.err
    bodies = served.bodies("POST /campaigns/c-1/catalog/imports")
    assert bodies == [{"store_id": one, "product_refs": "all"} for one in ("s-1", "s-2")]
    assert campaigns.looked > 2
    listed = giftstream("catalog", "list", "c-1", **at).out
    assert "TEE-M" in listed
    assert "2490 EUR" in listed


def test_an_import_reads_the_store_anew_each_time_and_its_failure_is_code_1(
    giftstream: Run, served: Served, campaigns: Campaigns, at: dict[str, str]
) -> None:
    products = ("catalog", "import", "c-1", "--store", "s-1", "8234", "8235")
    assert giftstream(*products, "--no-wait", **at).code == 0
    campaigns.error = {"code": "store_unreachable", "detail": "The store does not answer."}
    ran = giftstream(*products, **at)
    assert ran.code == 1
    assert "The store does not answer." in ran.err
    first, second = served.sent("POST /campaigns/c-1/catalog/imports", "Idempotency-Key")
    assert first != second
    (body, _) = served.bodies("POST /campaigns/c-1/catalog/imports")
    assert body["product_refs"] == ["8234", "8235"]


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("campaigns", "create", "X", "--items", "two"), "--items 'two' is neither"),
        (("campaigns", "edit", "c-1", "--budget", "500"), "--budget '500' is neither"),
        (("campaigns", "create", "X", "--orders-per-creator", "-1"), "--orders-per-creator"),
        (("campaigns", "create", "X", "--country", "Spain"), "--country 'Spain' is no country"),
        (("campaigns", "create", "X", "--type", "free"), "product_gifting, paid_and_gifting"),
        (("campaigns", "edit", "c-1"), "Say what to change"),
        (("catalog", "import", "c-1"), "--all"),
        (("catalog", "import", "c-1", "8234"), "--store"),
    ],
)
def test_wrong_use_says_what_would_be_right(
    giftstream: Run, served: Served, at: dict[str, str], command: tuple[str, ...], said: str
) -> None:
    ran = giftstream(*command, **at)
    assert ran.code == 2
    assert said in ran.err
    assert served.asked == []


@pytest.mark.parametrize(
    "command",
    [
        ("campaigns", "create", "X", "--unlimited"),
        ("campaigns", "edit", "c-1", "--items", "3"),
        ("campaigns", "publish", "c-1"),
        ("campaigns", "close", "c-1"),
        ("catalog", "import", "c-1", "--all"),
    ],
)
def test_a_dry_run_says_what_it_would_send_and_sends_nothing(
    giftstream: Run, served: Served, at: dict[str, str], command: tuple[str, ...]
) -> None:
    ran = giftstream(*command, "--dry-run", "--json", **at)
    assert (ran.code, ran.document["dry_run"]) == (0, True)
    assert served.asked == []
