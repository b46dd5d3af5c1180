"""order-placement made no order of a selection of ours: people see why, and it counts no more."""

from collections.abc import Sequence

from giftstream.delivery import NOTHING, Change, Facts, Received, replace
from giftstream.events import SelectionRefused, SelectionSubmitted
from giftstream.identity import selection_identity

from campaign.selections.participations import PARTICIPATIONS, Participations, without_claim
from campaign.selections.selections import SELECTIONS, Selections


class NoteRefusal:
    """Only selections made through us are here; refusals of others are none of our business."""

    def __init__(self, selections: Selections, participations: Participations) -> None:
        self._selections = selections
        self._participations = participations

    async def facts(self, items: Sequence[Received[SelectionRefused]], /) -> Facts:
        """The selections and their participations."""
        facts = Facts()
        ids = [identity for one in items if (identity := _identity(one.event)) is not None]
        selections = await self._selections.named(ids) if ids else []
        facts.add(SELECTIONS, selections)
        if selections:
            participations = [one["participation_id"] for one in selections]
            facts.add(PARTICIPATIONS, await self._participations.named(participations))
        return facts

    def plan(self, item: Received[SelectionRefused], facts: Facts, /) -> Change:
        """A repeat of a selection that was accepted may be refused: the first still stands."""
        refused, identity = item.event, _identity(item.event)
        if refused is None or identity is None or refused.source.topic != SelectionSubmitted.topic:
            return NOTHING  # a refused withdrawal leaves its selection as it is
        selection = facts.get(SELECTIONS, identity)
        if selection is None or selection["status"] != "submitted":
            return NOTHING
        if any(reason.code == "selection_conflict" for reason in refused.reasons):
            return NOTHING
        reasons = [reason.model_dump() for reason in refused.reasons]
        puts = [
            replace(SELECTIONS, selection, {**selection, "status": "refused", "reasons": reasons})
        ]
        participation = facts.get(PARTICIPATIONS, selection["participation_id"])
        if participation and (released := without_claim(participation, identity)):
            puts.append(replace(PARTICIPATIONS, participation, released))
        return Change.of(*puts)


def _identity(refused: SelectionRefused | None) -> str | None:
    if refused is None or refused.brand_id is None or refused.selection_id is None:
        return None
    return selection_identity(refused.brand_id, refused.selection_id)
