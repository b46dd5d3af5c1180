"""What is said of a store whose orders wait although nothing is wrong with them."""

import pytest
from order_placement.blocked import reasons

STORE = {"status": "connected", "reasons": []}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("Stocktaking", "Stocktaking."),
        ("Stocktaking. ", "Stocktaking."),
        ("Is this stock right?", "Is this stock right?"),
    ],
)
def test_the_reason_that_a_person_gave_is_a_sentence_of_its_own(given: str, told: str) -> None:
    (found,) = reasons(STORE, {"halted": {"by": "Eve", "reason": given}})
    assert found.detail == f"Paused by Eve: {told} It goes on when a person resumes it."
