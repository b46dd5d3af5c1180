"""`python -m store_sync`"""

import giftstream.starting  # noqa: F401  # first: see there

# isort: split
from giftstream.service import run

from store_sync.app import create_service
from store_sync.settings import Settings

if __name__ == "__main__":
    run(create_service, Settings)
