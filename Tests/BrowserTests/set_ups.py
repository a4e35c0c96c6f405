"""What some tests stand on beside conftest.py: an address of their own, and what the database holds."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from addresses import DistantPortal, Relay, seen_from_afar
from conftest import open_context, watch
from database import Database
from portal import Portal
from registration import Registration


@pytest.fixture(scope="session")
def database() -> Database:
    return Database(Path(__file__).parents[2] / os.environ.get("RUN_DIRECTORY", ".run"))


@pytest.fixture
def own_portal(portal: Portal) -> DistantPortal:
    """The portal from an address that no other test has."""
    return seen_from_afar(portal)


@pytest.fixture
def own_page(chromium: Browser, own_portal: DistantPortal, scripts: bool) -> Iterator[Page]:
    """Chromium at that address; a problem of any page that it shows fails the test."""
    relay = Relay(own_portal)
    context = open_context(chromium, own_portal, java_script_enabled=scripts, proxy={"server": relay.address})
    page = context.new_page()
    problems = watch(page)
    yield page
    context.close()
    relay.close()
    assert problems == []


@pytest.fixture
def own_registration(own_page: Page, own_portal: DistantPortal, scripts: bool) -> Registration:
    return Registration(own_page, own_portal, scripts)
