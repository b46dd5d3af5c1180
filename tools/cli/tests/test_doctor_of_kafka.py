"""What the doctor makes of Kafka's numbers."""

from aiokafka import TopicPartition
from giftstream.topics import Difference
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
