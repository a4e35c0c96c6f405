"""What every test here stands on: one set-up, whose portal each test starts with the servers that it wants.

BUILT is the directory with icegate-portal and icegatectl, DELIVERY_DIRECTORY where everything is kept.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from mail_relay import MailRelay
from set_up import SetUp
from sms_gateway import SMSGateway


@pytest.fixture(scope="session")
def set_up() -> Iterator[SetUp]:
    set_up = SetUp(Path(os.environ["DELIVERY_DIRECTORY"]), Path(os.environ["BUILT"]))
    yield set_up
    set_up.stop()


@pytest.fixture(scope="module")
def set_up_with_clock(set_up: SetUp) -> Iterator[SetUp]:
    """Another one, whose MariaDB has a clock that a test moves."""
    other = SetUp(Path(os.environ["DELIVERY_DIRECTORY"]) / "moved", Path(os.environ["BUILT"]), moves_clock=True)
    yield other
    other.stop()


@pytest.fixture(scope="module")
def relay() -> Iterator[MailRelay]:
    relay = MailRelay()
    yield relay
    relay.stop()


@pytest.fixture(scope="module")
def gateway() -> Iterator[SMSGateway]:
    gateway = SMSGateway()
    yield gateway
    gateway.stop()


@pytest.fixture
def running(set_up: SetUp, relay: MailRelay, gateway: SMSGateway) -> SetUp:
    """The portal with a relay and a gateway, started anew when another test stopped it or had other servers."""
    if not set_up.runs_with(relay, gateway):
        set_up.restart(relay, gateway)
    return set_up


@pytest.fixture(autouse=True)
def mode(request) -> Iterator[None]:
    """A gateway is well again after each test."""
    yield
    if "gateway" in request.fixturenames:
        request.getfixturevalue("gateway").mode = "ok"
