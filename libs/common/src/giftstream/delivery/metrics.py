"""What an SRE wants to see of delivery."""

from collections.abc import Sequence

from prometheus_client import CollectorRegistry, Counter, Histogram

from giftstream.delivery.parking import Parked


class DeliveryMetrics:
    """Counters and timings of the subscriber, on the service's own registry."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._records = Counter(
            "giftstream_records_total", "Records delivered", ["topic"], registry=registry
        )
        self._parked = Counter(
            "giftstream_parked_total", "Dead letters written", ["topic", "error"], registry=registry
        )
        self._again = Counter(
            "giftstream_planned_again_total", "Records planned again", registry=registry
        )
        self._retries = Counter(
            "giftstream_batch_retries_total", "Batches tried again in place", registry=registry
        )
        self._lost_commits = Counter(
            "giftstream_lost_commits_total", "Offset commits that failed", registry=registry
        )
        self._revived = Counter(
            "giftstream_consumer_revived_total", "Consumers that were made anew", registry=registry
        )
        self._seconds = Histogram(
            "giftstream_batch_seconds", "Time to deliver one batch", registry=registry
        )
        self._task_failures = Counter(
            "giftstream_task_failures_total", "Failed runs of a task", ["task"], registry=registry
        )

    def delivered(self, topics: Sequence[str], seconds: float) -> None:
        """A batch stands."""
        for topic in dict.fromkeys(topics):
            self._records.labels(topic).inc(topics.count(topic))
        self._seconds.observe(seconds)

    def parked(self, parked: Sequence[Parked]) -> None:
        """These became dead letters."""
        for one in parked:
            self._parked.labels(one.record.topic, one.error).inc()

    def planned_again(self, count: int) -> None:
        """So many records met a document that somebody else had written."""
        self._again.inc(count)

    def retried(self) -> None:
        """A batch is tried again in place."""
        self._retries.inc()

    def lost_commit(self) -> None:
        """An offset commit failed: repeats will come, and find their effects there."""
        self._lost_commits.inc()

    def revived(self) -> None:
        """The client's consumer had ended for good, and there is a new one."""
        self._revived.inc()

    def task_failed(self, task: str) -> None:
        """A periodic task's run failed."""
        self._task_failures.labels(task).inc()
