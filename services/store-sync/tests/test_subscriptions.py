"""Which webhooks are kept, created, corrected and deleted."""

from store_sync.secrets_of import hook_hash
from store_sync.stores.shopify.answers import Subscription
from store_sync.stores.shopify.subscriptions import WANTED, Whose, plan

OURS = "https://hooks.example/webhooks/"
ADDRESS = OURS + "token"
WHOSE = Whose(ADDRESS, OURS)


def registered(topic: str, number: int, uri: str = ADDRESS) -> Subscription:
    """As the shop lists it."""
    fields = tuple(reversed(WANTED.get(topic, ())))
    return Subscription(id=f"gid://{topic}/{number}", topic=topic, uri=uri, includeFields=fields)


ALL = [registered(topic, 1) for topic in WANTED]


def test_nothing_is_done_when_all_is_well() -> None:
    todo = plan(ALL, WHOSE)
    assert (todo.kept, todo.create, todo.correct, todo.delete) == (len(WANTED), (), (), ())


def test_a_fresh_shop_gets_every_topic() -> None:
    assert set(plan([], WHOSE).create) == set(WANTED)


def test_one_with_a_wrong_address_is_corrected_and_a_double_deleted() -> None:
    stale = registered("ORDERS_UPDATED", 2, OURS + "an-old-token")
    rest = [one for one in ALL if one.topic != "ORDERS_UPDATED"]
    assert plan([*rest, stale], WHOSE).correct == (("ORDERS_UPDATED", stale.id),)
    todo = plan([stale, *ALL], WHOSE)
    assert (todo.correct, todo.delete) == ((), (stale.id,))


def test_one_without_the_needed_fields_is_corrected() -> None:
    bare = registered("PRODUCTS_UPDATE", 3).model_copy(update={"include_fields": ("id",)})
    rest = [one for one in ALL if one.topic != "PRODUCTS_UPDATE"]
    assert plan([*rest, bare], WHOSE).correct == (("PRODUCTS_UPDATE", bare.id),)


def test_others_subscriptions_are_left_alone() -> None:
    theirs = [
        registered("ORDERS_UPDATED", 9, "https://other.example/hook"),
        registered("CARTS_UPDATE", 9, ADDRESS),
    ]
    todo = plan([*ALL, *theirs], WHOSE)
    assert (todo.create, todo.correct, todo.delete) == ((), (), ())


def test_two_brands_of_one_shop_keep_their_own_webhooks() -> None:
    theirs = [registered(topic, 2, OURS + "their-token") for topic in WANTED]
    whose = Whose(ADDRESS, OURS, {hook_hash("their-token")})
    todo = plan([*ALL, *theirs], whose)
    assert (todo.kept, todo.create, todo.correct, todo.delete) == (len(WANTED), (), (), ())
    assert plan(theirs, whose).create == tuple(WANTED)


def test_a_moved_public_address_corrects_what_led_to_the_old_one() -> None:
    old = registered("ORDERS_UPDATED", 2, "https://old.example/webhooks/token")
    rest = [one for one in ALL if one.topic != "ORDERS_UPDATED"]
    assert plan([*rest, old], WHOSE).correct == (("ORDERS_UPDATED", old.id),)


def test_every_field_that_tells_changes_apart_is_asked_for() -> None:
    for topic, fields in WANTED.items():
        assert not fields or {"updated_at", "created_at"} & set(fields), topic
