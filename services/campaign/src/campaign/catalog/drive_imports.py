"""Import jobs go on, page by page, whoever started them and whatever crashed since."""

import random

import structlog
from giftstream.clock import now
from giftstream.delivery import Transient
from giftstream.events import Reason
from giftstream.mongo import Document
from giftstream.reasons import REASONS, reason
from giftstream_platforms.failures import AccessLost, StoreRefused

from campaign.catalog.import_page import ImportPage
from campaign.catalog.imports import Imports

log = structlog.get_logger()

# A worker comes back to a job of more pages; in between others get their turn.
PAGES_A_TURN = 200
LONGEST_PAUSE_S = 60.0


class DriveImports:
    """Takes the job that is due and reads on from where it was saved."""

    def __init__(
        self, imports: Imports, import_page: ImportPage, *, lease_s: float, gives_up_after_s: float
    ) -> None:
        self._imports = imports
        self._import_page = import_page
        self._lease_s = lease_s
        self._gives_up_after_s = gives_up_after_s

    async def __call__(self) -> None:
        """Until nothing is due any more."""
        while (job := await self._imports.claim(self._lease_s)) is not None:
            await self._drive(job)

    async def _drive(self, claimed: Document) -> None:
        job: Document | None = claimed
        for _ in range(PAGES_A_TURN):
            if job is None:
                # The lease ran out and another replica has the job now.
                return
            job = await self._step(job)
        if job is not None:
            await self._imports.advance(job, {}, [], due_in_s=0)

    async def _step(self, job: Document) -> Document | None:
        """The job after one more page; None when it is over, waits, or is another's."""
        try:
            page = await self._import_page(job)
        except AccessLost as lost:
            await self._fail(job, _why_no_access(lost))
            return None
        except StoreRefused as refused:
            detail = f"The store refused: {refused}"
            await self._fail(job, Reason(code="store_rejected", detail=detail[:2000]))
            return None
        except Transient as busy:
            await self._wait(job, busy)
            return None
        saved = await self._imports.advance(job, page.fields, page.rejected, self._lease_s)
        if saved is None or not page.last:
            return saved
        await self._imports.finish(saved, {"status": "done", "total": saved["done"], "error": None})
        log.info("import.done", import_id=job["_id"], count=saved["imported"])
        return None

    async def _wait(self, job: Document, busy: Transient) -> None:
        since = job["failing_since"]
        if since is not None and (now() - since).total_seconds() > self._gives_up_after_s:
            await self._fail(job, reason("store_unreachable"))
            return
        # Full jitter, so that what stumbled together does not come back together.
        pause_s = random.uniform(0.5, min(LONGEST_PAUSE_S, 2.0 ** min(job["attempts"], 10)))
        log.info("import.waits", import_id=job["_id"], error=type(busy).__name__)
        await self._imports.wait(job, busy.retry_after_s or pause_s)

    async def _fail(self, job: Document, why: Reason) -> None:
        await self._imports.finish(job, {"status": "failed", "error": why.model_dump()})
        log.warning("import.failed", import_id=job["_id"], code=why.code)


def _why_no_access(lost: AccessLost) -> Reason:
    detail = _SENTENCES.get(lost.code, lost.detail)
    if lost.missing:
        detail += f" Missing: {', '.join(lost.missing)}."
    return Reason(code=lost.code, detail=detail)


_SENTENCES = {str(code): text.sentence for code, text in REASONS.items()}
