"""The keys of publishers are asked for once a revision of their brand, and end with it."""

import pytest
from giftstream.delivery import Transient
from giftstream.http.problems import Problem
from order_placement.intake.publishers import Publishers
from support.intake_world import BRAND, KEY, SECRET, brand

NOW, THEN = {BRAND: brand(revision=1)}, {BRAND: brand(revision=2)}


class Campaign:
    """Its one internal route, and what it was asked for."""

    def __init__(self) -> None:
        self.answer: object | Exception = {"brand_id": BRAND, "secret": SECRET}
        self.asked: list[str] = []

    async def get(self, path: str) -> object | None:
        self.asked.append(path)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


async def test_a_key_is_asked_for_once_a_revision() -> None:
    campaign = Campaign()
    publishers = Publishers(campaign)
    for _ in range(2):
        found = await publishers.of([KEY], NOW)
        assert (found[KEY].brand_id, found[KEY].secret) == (BRAND, SECRET)
    assert campaign.asked == [f"/internal/publishers/{KEY}"]


async def test_a_key_that_was_removed_counts_no_more() -> None:
    campaign = Campaign()
    publishers = Publishers(campaign)
    await publishers.of([KEY], NOW)
    campaign.answer = None
    assert await publishers.of([KEY], THEN) == {}


@pytest.mark.parametrize(
    "answer", [Problem(401, "unauthorized", "Not us."), {"brand_id": BRAND}, "nonsense"]
)
async def test_an_answer_that_says_nothing_of_the_key_is_waited_out(answer: object) -> None:
    campaign = Campaign()
    campaign.answer = answer
    with pytest.raises(Transient):
        await Publishers(campaign).of([KEY], NOW)
