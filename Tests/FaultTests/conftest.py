"""What every test here stands on: a set-up of its own with nginx before it, whose parts a test may kill.

BUILT is the directory with icegate-portal and icegatectl, FAULT_DIRECTORY where everything is kept.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

for folder in ["BrowserTests", "DeliveryTests"]:
    sys.path.insert(0, str(Path(__file__).parents[1] / folder))

from fault_set_up import FaultSetUp  # noqa: E402


@pytest.fixture(scope="session")
def whole_set_up() -> Iterator[FaultSetUp]:
    set_up = FaultSetUp(Path(os.environ["FAULT_DIRECTORY"]), Path(os.environ["BUILT"]))
    yield set_up
    set_up.stop()


@pytest.fixture
def site(whole_set_up: FaultSetUp) -> Iterator[FaultSetUp]:
    """Everything runs when a test begins; when it has ended and all runs again, no invariant is broken."""
    whole_set_up.bring_up()
    yield whole_set_up
    whole_set_up.bring_up()
    assert whole_set_up.broken_invariants() == []
