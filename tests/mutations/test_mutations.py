"""The menu fits the sources; `make test-all` runs it whole."""

import ast

import pytest
from mutations.menu import MUTATIONS
from mutations.mutation import ROOT, Mutation
from mutations.running import mutated

ALL = pytest.mark.parametrize("mutation", MUTATIONS, ids=[one.name for one in MUTATIONS])


@ALL
def test_a_mutation_fits_the_sources_and_gives_python(mutation: Mutation) -> None:
    ast.parse(mutation.applied())
    for test in mutation.tests:
        assert (ROOT / test.partition("::")[0]).exists()


def test_every_mutation_has_a_name_of_its_own() -> None:
    assert len({one.name for one in MUTATIONS}) == len(MUTATIONS)


@pytest.mark.long
@pytest.mark.timeout(400)
@ALL
def test_a_protection_taken_away_is_missed_by_a_test(mutation: Mutation) -> None:
    verdict = mutated(mutation)
    assert verdict.fair, verdict.said
    assert verdict.caught, f"nothing noticed: {mutation.promise}"
