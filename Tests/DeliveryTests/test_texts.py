"""What operators would not let pass is seen at the start and when texts are loaded again, not by who waits for an OTP."""

import shutil
import signal
from pathlib import Path

import pytest

import fastcgi
from mail_relay import MailRelay
from set_up import CHECKOUT, SetUp, number, wait_until
from sms_gateway import SMSGateway

AUTOFILL = "\n\n@{{host}} #{{code}}"


def registered(set_up: SetUp) -> str:
    """The texts of a set-up as they would be registered."""
    return set_up.ctl("delivery", "preview", "--registrations").replace(" TEMPLATE-ID ", " 1107160000000000001 ")


@pytest.fixture
def texts(set_up: SetUp, relay: MailRelay, gateway: SMSGateway, tmp_path: Path) -> Path:
    """The directory of the texts that the set-up is configured with, and the file of those that are registered."""
    set_up.stop_portal()
    templates = tmp_path / "Templates"
    shutil.copytree(CHECKOUT / "Sources" / "Portal" / "Resources" / "Templates", templates)
    file = tmp_path / "registered.txt"
    set_up.configure(
        relay, gateway, TEMPLATES_DIRECTORY=str(templates), SMS_TEMPLATES_FILE=str(file), SMS_ENTITY_ID="1101000000000000001"
    )
    yield tmp_path
    set_up.stop_portal()


def test_the_portal_does_not_start_on_texts_that_are_not_registered(set_up: SetUp, texts: Path):
    right = registered(set_up)
    file = texts / "registered.txt"
    file.write_text(right)
    assert "one-time-password (en): " in set_up.check() and "part" in set_up.check()
    for old, new, complaint in [
        ("is your mobile OTP for ICEGATE", "is the OTP for ICEGATE", "is not written as it is registered"),
        ("{#numeric#}", "{#var#}", "{#var#} has no type"),
        ("{#numeric#}", "{#numeric#} {#numeric#}", "two variables stand next to each other"),
        ("valid until {#alphanumeric#}", "{#numeric#} until {#alphanumeric#}", "3 variables"),
        ("1107160000000000001", "17", "12 to 19 digits"),
        ("password-changed hi", "# password-changed hi", "password-changed in hi is not registered"),
    ]:
        assert old in right
        file.write_text(right.replace(old, new))
        assert complaint in set_up.check(status=1)


def test_texts_that_are_not_registered_are_not_loaded_again(set_up: SetUp, texts: Path, gateway: SMSGateway):
    (texts / "registered.txt").write_text(registered(set_up))
    set_up.start_portal()
    template = texts / "Templates" / "messages" / "one-time-password-sms.txt"
    template.write_text("Hello! " + template.read_text())
    set_up.signal_portal(signal.SIGHUP)
    wait_until(lambda: b"one-time-password in en is not written as it is registered" in set_up.log)
    to = number()
    set_up.send(sms=to, wait=10, status=0)
    assert not gateway.forms_to(to)[0]["text"].startswith("Hello")


@pytest.mark.parametrize(
    ("broken", "complaint"),
    [("Templates/search.html", b"search.html:1:"), ("Templates/messages/one-time-password-sms.txt", b"one-time-password-sms")],
)
def test_neither_pages_nor_messages_are_replaced_while_one_is_wrong(
    set_up: SetUp, texts: Path, gateway: SMSGateway, broken: str, complaint: bytes
):
    (texts / "registered.txt").write_text(registered(set_up))
    set_up.start_portal()
    (texts / "Templates" / "home.html").write_text("replaced")
    (texts / broken).write_text("{{nothing is called so}}")
    set_up.signal_portal(signal.SIGHUP)
    wait_until(lambda: complaint in set_up.log and b"templates not loaded again" in set_up.log)
    assert b"replaced" not in fastcgi.get(set_up.directory / "portal.sock", "/")


def test_an_sms_that_phones_fill_in_ends_in_the_host_and_the_code(set_up: SetUp, texts: Path, gateway: SMSGateway):
    # Three variables are too many for the operators: the time goes.
    template = texts / "Templates" / "messages" / "one-time-password-sms.txt"
    template.write_text("{{code}} is your mobile OTP for ICEGATE. Do not tell it to anybody. - CBIC" + AUTOFILL)
    (texts / "registered.txt").write_text(registered(set_up))
    set_up.start_portal()
    to = number()
    set_up.send(sms=to, wait=10, status=0)
    text = gateway.forms_to(to)[0]["text"]
    assert text.splitlines()[-1] == f"@portal.example #{text[:6]}"
