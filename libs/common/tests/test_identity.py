"""Derived ids are for ever: these values stand in databases."""

from uuid import UUID, uuid5

from giftstream import clock, identity


def test_derived_ids_do_not_change_between_releases() -> None:
    selection = identity.selection_identity("acme", "sel-1001")
    assert selection == "6dc7c903-905e-5260-a3cc-3f6f454ddcca"
    assert identity.order_identity(selection, 1) == "db9e3602-7a83-5255-821a-17e0a61344c5"
    assert identity.item_identity("store-1", "812") == "27896b5f-678d-584a-b017-358a5f520a8e"


def test_ids_are_derived_as_the_contracts_say() -> None:
    assert identity.item_identity("s", "8") == str(uuid5(identity.NAMESPACE, "s/8"))
    selection = identity.selection_identity("b", "x")
    order = identity.order_identity(selection, 2)
    assert order == str(uuid5(UUID(selection), "2"))
    assert identity.replacement_identity(order, 1) == str(uuid5(UUID(order), "replacement/1"))


def test_different_things_get_different_ids() -> None:
    selection = identity.selection_identity("b", "x")
    ids = [identity.order_identity(selection, part) for part in (1, 2, 3)]
    ids += [identity.event_identity(ids[0], "order.changed", number) for number in (1, 2)]
    ids += [identity.event_identity(ids[0], "order.created", 1), selection]
    assert len(set(ids)) == len(ids)


def test_now_is_what_the_database_keeps() -> None:
    moment = clock.now()
    assert moment.utcoffset() is not None
    assert moment.microsecond % 1000 == 0
