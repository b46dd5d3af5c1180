"""Adds the operators' routes to a service."""

from collections.abc import Mapping, Sequence

from giftstream.operations.api import operations_api
from giftstream.operations.checks import Checks
from giftstream.operations.republish import Republish, StateOf
from giftstream.operations.rewrap import Rewrap, SealedCollection
from giftstream.service import Service


def operate(
    service: Service,
    *,
    states: Mapping[str, StateOf] | None = None,
    sealed: Sequence[SealedCollection] = (),
) -> None:
    """`states` are what this service tells of by name; `sealed` where it keeps sealed values."""
    checks = Checks(service.database)
    service.on_start(checks.note_indexes)
    republish = Republish(service.database, service.outbox, states or {})
    rewrap = Rewrap(service.database, service.sealing, sealed)
    service.serve(operations_api(service.access, checks, service.outbox, republish, rewrap))
