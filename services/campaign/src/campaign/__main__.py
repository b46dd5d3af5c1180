"""`python -m campaign` serves until it is told to stop."""

import giftstream.starting  # noqa: F401  # first: see there

# isort: split
from giftstream.settings import load

from campaign.app import create_service
from campaign.settings import Settings

if __name__ == "__main__":
    create_service(load(Settings)).run()
