"""What every test here stands on: the portal behind nginx that script/test started, and what BrowserTests know of it.

A test that is marked `long` runs with LONG_TESTS alone.
"""

import dataclasses
import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "BrowserTests"))

from portal import Portal  # noqa: E402
from sample_master import Registrants  # noqa: E402

pytest_plugins = ["set_ups"]


@pytest.fixture(scope="session")
def portal(portal: Portal) -> Portal:
    """With registrants that the tests in browsers come to last."""
    return dataclasses.replace(portal, registrants=Registrants(portal.messages, backwards=True))


def pytest_configure(config):
    config.addinivalue_line("markers", "long: takes too long for every day")


def pytest_collection_modifyitems(config, items):
    wanted = bool(os.environ.get("LONG_TESTS"))
    dropped = [item for item in items if (item.get_closest_marker("long") is not None) != wanted]
    config.hook.pytest_deselected(items=dropped)
    items[:] = [item for item in items if item not in dropped]
