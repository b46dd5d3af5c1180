"""A creator's selection is taken, counted and told: written first, so that a crash loses nothing.

begin (claiming) -> claim the allowance -> submitted, with the event in its outbox
                 -> no room: dropped, and nothing was ever said of it
"""

from datetime import timedelta

from giftstream.identity import selection_identity
from giftstream.mongo import Document
from giftstream.sealing import Sealing

from campaign.campaigns.kinds import GIFTING
from campaign.refusals import conflicts_with, creator_removed, no_room
from campaign.selections.claim_allowance import NoRoom
from campaign.selections.drafts import Draft, begun_selection, digest_of
from campaign.selections.finish_selection import FinishSelection
from campaign.selections.join_campaign import JoinCampaign
from campaign.selections.look_up_products import LookUpProducts
from campaign.selections.selections import CLAIMING, Selections


class SubmitSelection:
    """Takes a selection once; the same again gives the same answer."""

    def __init__(
        self,
        selections: Selections,
        look_up: LookUpProducts,
        join: JoinCampaign,
        finish: FinishSelection,
        sealing: Sealing,
        *,
        again_after_s: float,
    ) -> None:
        self._selections = selections
        self._look_up = look_up
        self._join = join
        self._finish = finish
        self._sealing = sealing
        self._again_after = timedelta(seconds=again_after_s)

    async def __call__(self, campaign: Document, draft: Draft) -> Document:
        """The selection as stored. Refused with the reason when the campaign takes none, a line
        cannot be given, the allowance leaves no room, or the id stands for another selection."""
        selection = selection_identity(campaign["brand_id"], draft.selection_id)
        digest = digest_of(campaign, draft)
        stored = await self._selections.stored(campaign["brand_id"], selection)
        if stored is None:
            _check_campaign(campaign)
            chosen = await self._look_up(campaign, draft.lines, draft.recipient)
            participation = await self._join(campaign, draft.creator_id)
            if participation.get("removed_at") is not None:
                raise creator_removed()
            begun = begun_selection(self._sealing, campaign, draft, chosen, participation["_id"])
            due_at = begun["created_at"] + self._again_after
            stored = await self._selections.begin({**begun, "due_at": due_at})
        if stored["digest"] != digest:
            raise conflicts_with("selection_conflict")
        if stored["status"] != CLAIMING:
            return stored
        finished = await self._finish(stored)
        if isinstance(finished, NoRoom):
            raise no_room(finished.reasons)
        return finished


def _check_campaign(campaign: Document) -> None:
    if campaign["type"] not in GIFTING:
        raise conflicts_with("campaign_not_gifting", _NOT_GIFTING)
    if campaign["status"] != "published":
        raise conflicts_with("campaign_closed", _NOT_OPEN)


_NOT_GIFTING = (
    "No selection was taken: the campaign gives no gifts. Change its type, then send it again."
)
_NOT_OPEN = (
    "No selection was taken: the campaign is not open. Publish it, or open it again if it was "
    "closed, then send it again."
)
