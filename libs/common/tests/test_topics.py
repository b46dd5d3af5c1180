"""The table of topics is what the design says."""

from giftstream.events import EVENTS
from giftstream.topics import TOPICS, all_topics
from giftstream.topics.apply import _differs

DAY_MS = 86_400_000


def test_there_is_a_topic_for_each_event_and_a_dead_letter_topic_for_each_consumed_one() -> None:
    dead = {name.removesuffix(".dlq") for name in TOPICS if name.endswith(".dlq")}
    assert set(EVENTS) | {f"{name}.dlq" for name in dead} == set(TOPICS)
    assert set(EVENTS) - dead == {"notification.sent", "notification.failed"}


def test_states_are_compacted_and_nothing_else_is() -> None:
    assert {name for name, topic in TOPICS.items() if topic.compacted} == {
        "order.changed",
        "brand.changed",
        "campaign.changed",
        "catalog.item_changed",
        "store.changed",
    }


def test_dead_letters_are_kept_thirty_days_but_selections_seven() -> None:
    kept = {name: topic.retention_ms / DAY_MS for name, topic in TOPICS.items() if ".dlq" in name}
    assert kept.pop("selection.submitted.dlq") == 7
    assert set(kept.values()) == {30}


def test_a_dead_letter_has_64_kib_more_room_than_its_source() -> None:
    for topics in (TOPICS, all_topics(max_message_bytes=300_000)):
        for name, topic in topics.items():
            if name.endswith(".dlq"):
                source = topics[name.removesuffix(".dlq")]
                assert topic.max_message_bytes == source.max_message_bytes + 65_536


def test_busy_topics_have_more_partitions() -> None:
    topics = all_topics(partitions=12, state_partitions=2)
    assert topics["selection.submitted"].partitions == 12
    assert topics["order.changed"].partitions == 12
    assert topics["brand.changed"].partitions == 2


def test_what_is_larger_already_is_never_lowered() -> None:
    assert _differs("retention.ms", "1000", "2000")
    assert not _differs("retention.ms", "3000", "2000")
    assert not _differs("retention.ms", "-1", "2000")
    assert _differs("cleanup.policy", "delete", "compact")
    assert _differs("retention.ms", None, "2000")
