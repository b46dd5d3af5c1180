"""What is asked of Shopify: named GraphQL documents, so that a test can hold each to the schema."""

from dataclasses import dataclass

# Supported until at least July 2027; each operation also holds for 2025-10 and 2026-10.
API_VERSION = "2026-07"


@dataclass(frozen=True, slots=True)
class Operation:
    """One GraphQL document with exactly one operation.

    `mutates`: whether an answer that is lost leaves the outcome unknown. `cost`: the points that
    are set aside for it; Shopify says afterwards what it really cost.
    """

    name: str
    text: str
    mutates: bool = False
    cost: int = 10
