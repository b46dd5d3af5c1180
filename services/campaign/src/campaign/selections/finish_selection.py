"""A selection that is written claims its allowance and is told, now or after a crash."""

import structlog
from giftstream.delivery import Transient
from giftstream.events import SelectionSubmitted
from giftstream.mongo import Document
from giftstream.sealing import Sealing

from campaign.announcing import Announce
from campaign.brands.brands import Brands
from campaign.campaigns.campaigns import Campaigns
from campaign.selections.claim_allowance import ClaimAllowance, NoRoom
from campaign.selections.participations import Claim, Participations
from campaign.selections.selections import SELECTIONS, Selections
from campaign.selections.sign_selection import SignSelection

log = structlog.get_logger()


class FinishSelection:
    """Brings a claiming selection to its end; doing it twice, or twice at once, harms nobody."""

    def __init__(
        self,
        selections: Selections,
        participations: Participations,
        campaigns: Campaigns,
        brands: Brands,
        sign: SignSelection,
        sealing: Sealing,
        outbox: Announce,
    ) -> None:
        self._selections = selections
        self._participations = participations
        self._campaigns = campaigns
        self._brands = brands
        self._claim = ClaimAllowance(participations)
        self._sign = sign
        self._sealing = sealing
        self._outbox = outbox

    async def __call__(self, selection: Document) -> Document | NoRoom:
        """The selection as submitted, or why there is no room for it. Raises Transient when
        somebody dropped it meanwhile."""
        brand_id, selection_id = selection["brand_id"], selection["_id"]
        campaign = await self._campaigns.find(brand_id, selection["campaign_id"])
        participation = await self._participations.find(brand_id, selection["participation_id"])
        brand = await self._brands.find(brand_id, brand_id)
        if campaign is None or participation is None or brand is None:
            raise Transient("a selection's campaign, participation or brand is not there")
        claim = Claim(selection_id, selection["items"], selection["value"])
        if (no_room := await self._claim(campaign, participation, claim)) is not None:
            await self._selections.drop(selection_id)
            return no_room
        entry = self._sign(brand, selection_id, self._event(selection))
        submitted = await self._selections.submit(selection_id, entry)
        if submitted is None:
            return await self._as_it_stands(selection, claim)
        await self._outbox.flush_soon(SELECTIONS, [selection_id])
        return submitted

    def _event(self, selection: Document) -> SelectionSubmitted:
        body = self._sealing.open(
            selection["body"],
            brand=selection["brand_id"],
            document=selection["_id"],
            field="body",
        )
        return SelectionSubmitted.model_validate_json(body)

    async def _as_it_stands(self, selection: Document, claim: Claim) -> Document:
        stored = await self._selections.stored(selection["brand_id"], selection["_id"])
        if stored is None:
            # The same request ran twice at once, and the other found no room and dropped it.
            await self._participations.release(selection["participation_id"], claim)
            raise Transient("the selection was dropped meanwhile")
        return stored


class FinishSelections:
    """Finishes what a crash left half done."""

    def __init__(self, selections: Selections, finish: FinishSelection, *, lease_s: float) -> None:
        self._selections = selections
        self._finish = finish
        self._lease_s = lease_s

    async def __call__(self) -> None:
        """Until none is left that is due."""
        while (selection := await self._selections.left_behind(self._lease_s)) is not None:
            finished = await self._finish(selection)
            outcome = finished.code if isinstance(finished, NoRoom) else finished["status"]
            log.info("selection.finished", selection_id=selection["selection_id"], status=outcome)
