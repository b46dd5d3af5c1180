"""`python -m notification` serves until it is told to stop."""

import giftstream.starting  # noqa: F401  # first: see there

# isort: split
from giftstream.service import run

from notification.app import create_service
from notification.settings import Settings

if __name__ == "__main__":
    run(create_service, Settings)
