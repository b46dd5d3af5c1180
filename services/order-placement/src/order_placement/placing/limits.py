"""The lengths and numbers of placing; all are settings, so that tests can shorten them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """In seconds, but for the counts."""

    lease_s: float = 15.0
    renew_s: float = 1.0
    store_deadline_s: float = 10.0
    settle_s: float = 5.0
    ready_within_s: float = 10.0
    shortest_pause_s: float = 0.5
    longest_pause_s: float = 60.0
    hurry_s: float = 180.0
    """So long after an outcome became unknown it is asked for at least each `hurried_pause_s`."""
    hurried_pause_s: float = 4.0
    probe_s: float = 30.0
    """A paused lane tries one order this often, in case nobody tells of the reconnection."""
    lane_concurrency: int = 8
    concurrency: int = 1000
    """Far above what the CPU can do: slow stores that fill their lanes must not fill this."""
    unreachable_before_break: int = 5
    alarm_after_s: float = 900.0
    sweep_after_s: float = 3600.0

    def __post_init__(self) -> None:
        if self.lease_s <= self.store_deadline_s + self.renew_s:
            raise ValueError(
                "a lease must outlast one store call and one renewal, or nothing is ever committed"
            )

    def settled_after_s(self, *, permitted_by_us: bool) -> float:
        """How long after a permission an open handle may be committed again.

        Our own call has ended; another's may still be under way for as long as its deadline.
        """
        return self.settle_s if permitted_by_us else self.settle_s + self.store_deadline_s
