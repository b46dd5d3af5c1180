"""`make mutations`: flip each protection and see that a test fails for it."""

import argparse
import sys
import time
from collections.abc import Sequence

from mutations.menu import MUTATIONS
from mutations.mutation import Mutation
from mutations.running import mutated, unchanged


def main() -> int:
    """0 when every mutation is caught, 1 when one is not, 2 for wrong use."""
    parser = argparse.ArgumentParser(prog="make mutations", description=__doc__)
    parser.add_argument("names", nargs="*", help="only these; all when none is named")
    parser.add_argument("--list", action="store_true", help="name them and end")
    given = parser.parse_args()
    known = {one.name: one for one in MUTATIONS}
    if unknown := sorted(set(given.names) - set(known)):
        parser.error(f"there is no mutation {', '.join(unknown)}; --list names them")
    if given.list:
        for one in MUTATIONS:
            sys.stdout.write(f"{one.name:42} {one.promise}\n")
        return 0
    return _check([known[name] for name in given.names] or MUTATIONS)


def _check(mutations: Sequence[Mutation]) -> int:
    tests = list(dict.fromkeys(test for one in mutations for test in one.tests))
    sys.stdout.write(f"{len(tests)} test files as they are … ")
    sys.stdout.flush()
    before = unchanged(tests)
    if not before.fair:
        sys.stdout.write(f"they must pass first:\n{before.said}\n")
        return 1
    sys.stdout.write("pass\n")
    survived = [one.name for number, one in enumerate(mutations, 1) if not _caught(number, one)]
    total = len(mutations)
    sys.stdout.write(f"{total - len(survived)} of {total} mutations caught\n")
    if survived:
        sys.stdout.write(f"NOT caught: {', '.join(survived)}\n")
    return 1 if survived else 0


def _caught(number: int, mutation: Mutation) -> bool:
    started = time.monotonic()
    verdict = mutated(mutation)
    word = "caught" if verdict.caught else "NOT CAUGHT" if verdict.fair else "NOT FAIR"
    took = time.monotonic() - started
    sys.stdout.write(f"{number:3} {mutation.name:42} {word} in {took:.0f} s\n")
    if not verdict.caught:
        sys.stdout.write(f"    {mutation.promise}\n    {verdict.said}\n")
    sys.stdout.flush()
    return verdict.caught


if __name__ == "__main__":
    sys.exit(main())
