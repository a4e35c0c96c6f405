"""What some tests stand on beside conftest.py: an address of their own, what the database holds, a clock that moves."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from addresses import DistantPortal, Relay, seen_from_afar
from conftest import open_context, watch
from database import Database
from moved_clock import CHECKOUT, Clock, MovedClockSetUp
from portal import Portal
from registration import Registration


def run_directory() -> Path:
    return CHECKOUT / os.environ.get("RUN_DIRECTORY", ".run")


@pytest.fixture(scope="session")
def database() -> Database:
    return Database(run_directory())


@pytest.fixture
def own_portal(portal: Portal) -> DistantPortal:
    """The portal from an address that no other test has."""
    return seen_from_afar(portal)


@contextmanager
def registration_in_chromium(chromium: Browser, portal: DistantPortal, scripts: bool) -> Iterator[Registration]:
    """A registration in Chromium at that address; a problem of any page that it shows fails the test."""
    relay = Relay(portal)
    context = open_context(chromium, portal, java_script_enabled=scripts, proxy={"server": relay.address})
    page = context.new_page()
    problems = watch(page)
    yield Registration(page, portal, scripts)
    context.close()
    relay.close()
    assert problems == []


@pytest.fixture
def own_registration(chromium: Browser, own_portal: DistantPortal, scripts: bool) -> Iterator[Registration]:
    with registration_in_chromium(chromium, own_portal, scripts) as registration:
        yield registration


@pytest.fixture(scope="session")
def moved_clock_set_up() -> Iterator[MovedClockSetUp]:
    built = (run_directory() / "bin").resolve()
    set_up = MovedClockSetUp(CHECKOUT / ".run" / "clock", built, os.environ["CAPTCHA_TEST_ANSWER"])
    yield set_up
    set_up.stop()


@pytest.fixture
def clock(moved_clock_set_up: MovedClockSetUp) -> Clock:
    """Stands at the same moment when each test begins."""
    moved_clock_set_up.clock.set(moved_clock_set_up.beginning)
    return moved_clock_set_up.clock


@pytest.fixture
def timed_portal(moved_clock_set_up: MovedClockSetUp, clock: Clock) -> DistantPortal:
    """The portal that lives by `clock`, from an address that no other test has."""
    return seen_from_afar(moved_clock_set_up.portal)


@pytest.fixture
def timed_database(moved_clock_set_up: MovedClockSetUp) -> Database:
    return moved_clock_set_up.database


@pytest.fixture
def timed_registration(chromium: Browser, timed_portal: DistantPortal, scripts: bool) -> Iterator[Registration]:
    with registration_in_chromium(chromium, timed_portal, scripts) as registration:
        yield registration
