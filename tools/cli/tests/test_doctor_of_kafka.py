"""What the doctor makes of Kafka's numbers."""

from aiokafka import TopicPartition
from giftstream.topics import Difference
from giftstream_cli.doctor.acls import _judged, writers_in
from giftstream_cli.doctor.kafka import _lag, _topics

PLACE = TopicPartition("order.changed", 0)
OTHER = TopicPartition("store.changed", 2)


def test_a_service_that_is_far_behind_fails_and_names_where() -> None:
    offsets, ends = {PLACE: 10, OTHER: 5}, {PLACE: 600, OTHER: 6}
    assert _lag("campaign", offsets, ends, 591).state == "ok"
    found = _lag("campaign", offsets, ends, 590)
    assert found.state == "failed"
    assert "591 records behind, most of them in order.changed" in found.detail
    assert found.remedy


def test_a_service_that_has_read_nothing_is_no_failure() -> None:
    assert _lag("campaign", {}, {}, 0).state == "ok"


def test_topics_that_differ_fail_with_the_remedy_that_helps() -> None:
    missing = Difference("a", "create", "", None, "6 partitions", applied=False)
    few = Difference("b", "partitions", "partitions", "1", "6", applied=False)
    assert _topics([]).state == "ok"
    assert "topics apply" in str(_topics([missing, few]).remedy)
    assert "Kafka's own tools" in str(_topics([few]).remedy)
    assert "and 2 more" in _topics([missing] * 6).detail


def test_who_may_write_selections_is_told_and_everyone_is_too_many() -> None:
    platform = ("User:platform", "*", 4, 3)
    denied, reader = ("User:other", "*", 4, 2), ("User:reader", "*", 3, 3)
    resources = [(2, "selection.submitted", 3, [platform, denied, reader])]
    writers = writers_in(resources)
    assert writers == ["User:platform"]
    assert "User:platform" in _judged(0, writers, required=True).detail
    everyone = writers_in([(2, "*", 3, [("User:*", "*", 2, 3)])])
    found = _judged(0, everyone, required=False)
    assert (found.state, "kafka-acls" in str(found.remedy)) == ("failed", True)


def test_a_kafka_without_acls_fails_only_where_they_are_wanted() -> None:
    assert _judged(54, [], required=False).state == "ok"
    wanted = _judged(54, [], required=True)
    assert (wanted.state, "authorizer" in str(wanted.remedy)) == ("failed", True)
    refused = _judged(31, [], required=False)
    assert (refused.state, "DESCRIBE" in str(refused.remedy)) == ("failed", True)
    assert _judged(0, [], required=True).state == "ok"
