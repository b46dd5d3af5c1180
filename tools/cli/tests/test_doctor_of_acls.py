"""Who may write which topic, as the doctor reads Kafka's ACLs."""

from typing import Any

from giftstream_cli.doctor.acls import judged, not_told
from giftstream_cli.doctor.finding import Finding
from giftstream_cli.doctor.writers import OWN, told, writers_of

LITERAL, PREFIXED = 3, 4
READ, WRITE, ALL = 3, 4, 2
DENY, ALLOW = 2, 3


def acl(name: str, principal: str, pattern: int = LITERAL, **but: int) -> tuple[Any, ...]:
    rule = (principal, "*", but.get("operation", WRITE), but.get("permission", ALLOW))
    return (2, name, pattern, [rule])


def of_services(*others: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    """Each service may write what it sends, and platforms and campaign write selections."""
    own = [acl(topic, f"User:{name}") for name, topics in OWN.items() for topic in topics]
    shared = [acl("selection.submitted", "User:campaign"), acl("selection.submitted", "User:p")]
    return [*own, *shared, *others]


def found(*others: tuple[Any, ...], required: bool = True, **more: Any) -> dict[str, Finding]:
    findings = judged(of_services(*others), required=required, operators=more.get("operators", ()))
    return {one.name: one for one in findings}


def test_only_what_allows_writing_this_very_topic_counts() -> None:
    resources = [
        acl("order.changed", "User:a"),
        acl("order.", "User:b", PREFIXED),
        acl("order.changed", "User:all", operation=ALL),
        acl("order.changed", "User:reader", operation=READ),
        acl("order.changed", "User:denied", permission=DENY),
        acl("order", "User:literal"),
        acl("orders.", "User:others", PREFIXED),
    ]
    writers = writers_of(["order.changed", "order.created"], resources)
    assert writers == {
        "order.changed": ("User:a", "User:all", "User:b"),
        "order.created": ("User:b",),
    }
    assert told(writers) == "order.changed by User:a, User:all, User:b; order.created by User:b"


def test_who_may_write_is_told_for_selections_each_service_and_dead_letters() -> None:
    said = found(acl("selection.submitted.dlq", "User:order-placement"))
    assert list(said) == ["acls", *(f"acls of {name}" for name in OWN), "acls of dead letters"]
    assert {one.state for one in said.values()} == {"ok"}
    assert said["acls"].detail == (
        "May be written: selection.submitted by User:campaign, User:p;"
        " selection.withdrawn by super users alone."
    )
    placement = "selection.refused, order.changed, order.created by User:order-placement"
    assert said["acls of order-placement"].detail == f"May be written: {placement}."
    assert "selection.submitted.dlq by User:order-placement" in said["acls of dead letters"].detail


def test_everyone_is_too_many_for_any_topic() -> None:
    for topic, name in (
        ("selection.withdrawn", "acls"),
        ("campaign.changed", "acls of campaign"),
        ("order.delivered", "acls of store-sync"),
        ("order.created.dlq", "acls of dead letters"),
    ):
        said = found(acl(topic, "User:*"), required=False)
        assert [one.name for one in said.values() if one.state == "failed"] == [name]
        assert said[name].detail == f"Everyone may write {topic}."
        assert "kafka-acls" in str(said[name].remedy)
    said = found(acl("*", "User:*"), required=False)
    assert {one.state for one in said.values()} == {"failed"}


def test_what_one_service_sends_others_may_not_write_where_acls_are_wanted() -> None:
    forged = acl("order.", "User:store-sync", PREFIXED)
    assert {one.state for one in found(forged, required=False).values()} == {"ok"}
    said = found(forged)
    assert [one.name for one in said.values() if one.state == "failed"] == [
        "acls of order-placement"
    ]
    assert said["acls of order-placement"].detail == (
        "Several may write: order.changed, order.created by User:order-placement, User:store-sync."
    )
    assert "--operator" in str(said["acls of order-placement"].remedy)


def test_an_operator_may_write_everything() -> None:
    operator = acl("*", "User:sre", operation=ALL)
    assert [one.state for one in found(operator).values()].count("failed") == len(OWN)
    said = found(operator, operators=("User:sre",))
    assert {one.state for one in said.values()} == {"ok"}
    assert "User:sre" in said["acls of campaign"].detail


def test_a_kafka_without_acls_fails_only_where_they_are_wanted() -> None:
    assert not_told(0, required=True) is None
    silent = not_told(54, required=False)
    assert silent is not None
    assert silent.state == "ok"
    wanted = not_told(54, required=True)
    assert wanted is not None
    assert (wanted.state, "authorizer" in str(wanted.remedy)) == ("failed", True)
    refused = not_told(31, required=False)
    assert refused is not None
    assert (refused.state, "DESCRIBE" in str(refused.remedy)) == ("failed", True)
