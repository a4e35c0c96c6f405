"""What tests stand on: the portal, Chromium, an address of their own, what the database holds, a clock that moves."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from addresses import DistantPortal, Relay, seen_from_afar
from browsers import open_context, started_chromium, watch
from database import Database
from form_posts import FormPosts
from messages import Messages
from moved_clock import CHECKOUT, Clock, MovedClockSetUp
from portal import Portal
from registration import Registration
from sample_master import Registrants


def run_directory() -> Path:
    return CHECKOUT / os.environ.get("RUN_DIRECTORY", ".run")


@pytest.fixture(scope="session")
def portal() -> Portal:
    messages = Messages(run_directory() / "messages")
    address = f"http://127.0.0.1:{os.environ.get('PORTAL_PORT', '8080')}"
    return Portal(address, messages, os.environ["CAPTCHA_TEST_ANSWER"], Registrants(messages))


@pytest.fixture(scope="session")
def account(portal: Portal) -> FormPosts:
    """An account that registration made, for tests that only log in."""
    registered = FormPosts(portal)
    registered.walk_to("/register/done")
    return registered


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with started_chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def database() -> Database:
    """script/server's, or the one whose socket TEST_DATABASE_SOCKET names."""
    return Database(Path(os.environ.get("TEST_DATABASE_SOCKET") or run_directory() / "mariadb" / "mariadb.sock"))


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
