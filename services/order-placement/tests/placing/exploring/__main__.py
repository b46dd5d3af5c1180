"""Explore placing within the bounds that are asked for; ends with 1 unless every promise holds."""

import sys
import time
from argparse import ArgumentParser

from exploring.explore import Explorer
from exploring.moves import Bounds


def main() -> int:
    asked = ArgumentParser(prog="make explore", description=__doc__)
    for name, usual in Bounds()._asdict().items():
        asked.add_argument(f"--{name}", type=int, default=usual)
    bounds = Bounds(**vars(asked.parse_args()))
    began = time.monotonic()
    explored = Explorer(bounds)()
    sys.stdout.write(f"{bounds}\n{explored}\n{time.monotonic() - began:.0f} s\n")
    return int(not explored.complete)


if __name__ == "__main__":
    sys.exit(main())
