"""`python -m campaign` serves until it is told to stop."""

import giftstream.starting  # noqa: F401  # first: see there

# isort: split
from giftstream.service import run

from campaign.app import create_service
from campaign.settings import Settings

if __name__ == "__main__":
    run(create_service, Settings)
