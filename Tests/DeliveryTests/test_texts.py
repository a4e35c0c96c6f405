"""What operators would not let pass is seen at the start and when texts are loaded again, not by who waits for an OTP."""

import secrets
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
    """Where the templates and catalogues are that the set-up is configured with, and the file of texts that are registered."""
    set_up.stop_portal()
    directories = {}
    for kind in ["Templates", "Locales"]:
        shutil.copytree(CHECKOUT / "Sources" / "Portal" / "Resources" / kind, tmp_path / kind)
        directories[f"{kind.upper()}_DIRECTORY"] = str(tmp_path / kind)
    file = str(tmp_path / "registered.txt")
    set_up.configure(relay, gateway, SMS_TEMPLATES_FILE=file, SMS_ENTITY_ID="1101000000000000001", **directories)
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
    # One problem hides no other.
    (texts / "Templates" / "search.html").write_text("{{nothing is called so}}")
    found = set_up.check(status=1)
    assert complaint in found and "search.html:1:" in found


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


@pytest.mark.parametrize("broken", ["Templates/search.html", "Templates/messages/one-time-password-sms.txt", "Locales/hi.po"])
def test_neither_pages_nor_messages_are_replaced_while_anything_is_wrong(
    set_up: SetUp, texts: Path, relay: MailRelay, broken: str
):
    (texts / "registered.txt").write_text(registered(set_up))
    set_up.start_portal()
    (texts / "Templates" / "home.html").write_text("replaced")
    mail = texts / "Templates" / "messages" / "one-time-password-email.txt"
    mail.write_text(mail.read_text() + "\nreplaced")
    right = (texts / broken).read_text()
    (texts / broken).write_text("{{nothing is called so}}")

    def load_again() -> bytes:
        before = len(set_up.log)
        set_up.signal_portal(signal.SIGHUP)
        wait_until(lambda: b"loaded again" in set_up.log[before:])
        return set_up.log[before:]

    def are_replaced() -> tuple[bool, bool]:
        page = fastcgi.get(set_up.directory / "portal.sock", "/")
        to = f"{secrets.token_hex(4)}@example.com"
        set_up.send(email=to, wait=10, status=0)
        return b"replaced" in page, b"replaced" in relay.contents_to(to)[0]

    log = load_again()
    assert b"templates not loaded again" in log and Path(broken).name.encode() in log
    assert are_replaced() == (False, False)
    (texts / broken).write_text(right)
    assert b"not loaded again" not in load_again()
    assert are_replaced() == (True, True)


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
