"""A creator takes part in a campaign no more."""

from giftstream.mongo import Document

from campaign.refusals import not_there
from campaign.selections.participations import Participations
from campaign.whose import Whose


class RemoveCreator:
    """The participation stays with all that was given: whoever is added again goes on with it."""

    def __init__(self, participations: Participations) -> None:
        self._participations = participations

    async def __call__(self, whose: Whose, campaign_id: str, participation_id: str) -> Document:
        """The participation, removed now or before. Orders that exist go on."""
        removed = await self._participations.remove(whose, campaign_id, participation_id)
        if removed is None:
            raise not_there("participation")
        return removed
