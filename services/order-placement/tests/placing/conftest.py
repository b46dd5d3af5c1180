"""Lets the tests of placing share their small world."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from placing_world import World


@pytest.fixture
def world() -> World:
    """Everything in memory; nothing waits."""
    return World()
