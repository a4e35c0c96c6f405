"""icegatectl admin: who may be an administrator, and how the password gets in."""

import json
import os
import pty
import secrets
import select
import time

import pytest

from administrators import CHECKOUT, Administrator, control

PASSWORD = "Quiet-Harbour-1947"


def test_an_administrator_is_added_listed_and_closed_once():
    administrator = Administrator.fresh()
    again = control("add", administrator.name.upper(), "--email", "other@example.gov.in", typed=PASSWORD)
    assert (again.returncode, again.stdout) == (1, "")
    assert "was given before" in again.stderr

    def listed() -> dict:
        done = control("list", "--json")
        return next(one for one in json.loads(done.stdout)["administrators"] if one["name"] == administrator.name)

    assert (listed()["email"], listed()["closed"]) == (administrator.email, False)
    assert [control("close", administrator.name).returncode for _ in range(2)] == [0, 1]
    assert listed()["closed"] is True
    assert control("add", administrator.name, "--email", administrator.email, typed=PASSWORD).returncode == 1


def test_a_password_that_breaks_rules_is_told_all_of_them():
    name = f"vikram-{secrets.token_hex(4)}"
    for typed, reasons in [
        ("", ["Enter a new password."]),
        ("short", ["at least 12 characters", "a number", "a special character", "capital and small letters"]),
        (f"{name.title()}-1947x!", ["should not contain"]),
        ("Aa1-" + "x" * 5_000, ["should not exceed 128 characters"]),
    ]:
        done = control("add", name, "--email", f"{name}@example.gov.in", typed=typed)
        assert (done.returncode, done.stdout) == (1, "")
        for reason in reasons:
            assert reason in done.stderr
    assert name not in control("list").stdout


def test_wrong_usage_and_a_database_that_is_away_have_exit_codes_of_their_own():
    for arguments in [["add", "1x", "--email", "x@example.gov.in"], ["add", "asha", "--email", "nobody"], ["add"], ["x"]]:
        assert control(*arguments, typed=PASSWORD).returncode == 64
    assert control("list", DATABASE_SOCKET="/nonexistent").returncode == 69


def test_a_terminal_asks_twice_and_shows_nothing_of_the_password():
    name = f"meena-{secrets.token_hex(4)}"
    for second, status in [(PASSWORD + "x", 1), (PASSWORD, 0)]:
        child, terminal = pty.fork()
        if child == 0:
            os.chdir(CHECKOUT)
            os.execv("script/ctl", ["ctl", "admin", "add", name, "--email", f"{name}@example.gov.in"])
        shown = _until(terminal, b"Password: ")
        os.write(terminal, PASSWORD.encode() + b"\n")
        shown += _until(terminal, b"Password again: ")
        os.write(terminal, second.encode() + b"\n")
        shown += _until(terminal, None)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == status, shown
        os.close(terminal)
        assert PASSWORD.encode() not in shown
        assert (b"The two passwords are not the same." in shown) == (status == 1)


@pytest.mark.parametrize(("typed", "status", "said"), [("no", 1, b"Nothing was done."), ("yes", 1, b"no such account")])
def test_a_terminal_asks_before_what_cannot_be_taken_back(typed: str, status: int, said: bytes):
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(CHECKOUT)
        os.execv("script/ctl", ["ctl", "account", "close", "NOBODY-HAS-THIS"])
    _until(terminal, b"NOBODY-HAS-THIS? This cannot be taken back. Type yes to go on: ")
    os.write(terminal, typed.encode() + b"\n")
    shown = _until(terminal, None)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == status, shown
    os.close(terminal)
    assert said in shown, shown


def _until(terminal: int, text: bytes | None) -> bytes:
    """What the terminal shows until it shows a text, or until the program ends."""
    shown = b""
    deadline = time.monotonic() + 20
    while text is None or text not in shown:
        assert time.monotonic() < deadline, shown
        if not select.select([terminal], [], [], 0.1)[0]:
            continue
        try:
            shown += os.read(terminal, 4096)
        except OSError:
            assert text is None, shown
            break
    # The program empties the line when it hides what is typed: nothing may be typed before.
    time.sleep(0.3)
    return shown
