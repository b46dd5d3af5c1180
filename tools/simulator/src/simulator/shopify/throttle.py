"""Shopify's leaky bucket of cost points, one per shop."""

from __future__ import annotations

import time

from simulator.database import Document

# 2,000 points at 100 a second, as on the Standard plan.
SECONDS_IN_BUCKET = 20


class Bucket:
    """Starts full; refills with `rate` points a second up to twenty seconds' worth."""

    def __init__(self, rate: float) -> None:
        self.rate = rate
        self.most = rate * SECONDS_IN_BUCKET
        self._level = self.most
        self._at = time.monotonic()

    def take(self, points: int) -> bool:
        """False, and nothing taken, when there are not enough."""
        if self.level() < points:
            return False
        self._level -= points
        return True

    def give_back(self, points: int) -> None:
        """What was asked for and not used."""
        self._level = min(self._level + points, self.most)

    def level(self) -> float:
        """Points there are now."""
        now = time.monotonic()
        self._level = min(self.most, self._level + (now - self._at) * self.rate)
        self._at = now
        return self._level

    def status(self) -> Document:
        """`throttleStatus` as Shopify prints it."""
        return {
            "maximumAvailable": float(self.most),
            "currentlyAvailable": int(self.level()),
            "restoreRate": float(self.rate),
        }
