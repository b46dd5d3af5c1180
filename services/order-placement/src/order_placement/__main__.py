"""`python -m order_placement` serves until it is told to stop."""

import giftstream.starting  # noqa: F401  # first: see there

# isort: split
from giftstream.service import run

from order_placement.app import create_service
from order_placement.settings import Settings

if __name__ == "__main__":
    run(create_service, Settings)
