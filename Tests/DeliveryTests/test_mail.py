"""Mail against a relay that fails in every way."""

import re
import socket
import ssl
import subprocess
import time
from pathlib import Path

import pytest

from mail_relay import MailRelay, free_port
from set_up import SetUp, wait_until


def test_a_mail_arrives_whole_and_fast(running: SetUp, relay: MailRelay):
    [message] = running.send("someone@example.in", wait=10, status=0)
    assert (message["state"], message["gateway"], message["contact"]) == ("sent", "smtp", "s***@example.in")
    [mail] = relay.mails_to("someone@example.in")
    assert mail["Message-ID"] == f"<{message['id']}.outbox@portal.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert (mail["To"], mail["From"]) == ("someone@example.in", "ICEGATE <noreply@portal.example>")
    assert mail["Date"].datetime.utcoffset().total_seconds() == 0
    plain, html = mail.get_body(["plain"]).get_content(), mail.get_body(["html"]).get_content()
    [code] = re.findall(r"\b\d{6}\b", plain)
    assert re.findall(r"\b\d{6}\b", html) == [code]
    assert "<p>" in html and "http" not in html


def test_a_hindi_mail_is_read_by_programs_for_mail(running: SetUp, relay: MailRelay):
    """A8: the mail arrives as it was written."""
    running.send("hindi@example.in", wait=10, status=0, language="hi")
    [mail] = relay.mails_to("hindi@example.in")
    assert re.search("[\u0900-\u097f]", mail["Subject"])
    assert re.search("[\u0900-\u097f]", mail.get_body(["plain"]).get_content())
    assert mail["Content-Language"] == "hi"
    [content] = relay.contents_to("hindi@example.in")
    assert all(byte < 128 for byte in content) and max(map(len, content.split(b"\r\n"))) <= 998


def test_5xx_of_the_recipient_is_final(running: SetUp, relay: MailRelay):
    """E12: the page at once; tried again with the same code; a refusal is shown."""
    for address in ["reject-1@example.in", "fatal-1@example.in"]:
        [message] = running.send(address, wait=10, status=1)
        assert (message["state"], message["attempts"]) == ("refused", 1), message
        assert message["reply"] in ["550", "554"]
    # A relay that refused one takes the next, over whatever connection.
    running.send("after@example.in", wait=10, status=0)


def test_4xx_comes_again(running: SetUp, relay: MailRelay):
    """E12: the page at once; tried again with the same code; a refusal is shown."""
    [message] = running.send("defer-1@example.in", wait=15, status=0)
    assert message["attempts"] == 2
    assert len(relay.mails_to("defer-1@example.in")) == 1


def test_a_cut_before_the_250_doubles_a_mail_that_can_be_recognised(running: SetUp, relay: MailRelay):
    """E12: the page at once; tried again with the same code; a refusal is shown."""
    [message] = running.send("half-1@example.in", wait=15, status=0)
    first, second = relay.mails_to("half-1@example.in")
    assert first["Message-ID"] == second["Message-ID"]
    assert first.get_body(["plain"]).get_content() == second.get_body(["plain"]).get_content()


def test_a_relay_that_hangs_holds_up_no_other_mail(running: SetUp, relay: MailRelay):
    """E12: the page at once; tried again with the same code; a refusal is shown."""
    usual = running.page_time()
    hanging = [running.send(f"hang-{index}@example.in")[0] for index in range(2)]
    started = time.monotonic()
    running.send("next-to-them@example.in", sms=None, wait=3, status=0)
    assert time.monotonic() - started < 2
    assert running.page_time() < usual + 0.25
    for message in hanging:
        assert running.message(message["id"])["state"] == "sending"
    wait_until(lambda: running.message(hanging[0]["id"])["reply"].startswith("timeout"))
    assert running.message(hanging[0]["id"])["state"] == "waiting"
    for message in hanging:
        running.sql(f"UPDATE outbox SET state = 'given_up', ended_at = UTC_TIMESTAMP(6) WHERE id = {message['id']}")


def test_a_slow_relay_is_waited_for(running: SetUp, relay: MailRelay):
    """E12: the page at once; tried again with the same code; a refusal is shown."""
    [message] = running.send("slow-1@example.in", wait=10, status=0)
    assert message["attempts"] == 1 and message["delay_ms"] >= 2000


def test_mails_wait_for_a_relay_that_is_down_and_go_when_it_is_back(set_up: SetUp, gateway):
    """E12: the page at once; tried again with the same code; a refusal is shown."""
    port = free_port()

    class Down:
        pass

    Down.port = port
    set_up.restart(Down, gateway)
    [message] = set_up.send("patient@example.in")
    assert set_up.wait_for_answer(message["id"])["reply"] == "no-connection"
    relay = MailRelay(port)
    set_up.ctl("delivery", "retry")
    set_up.wait_for(message["id"], "sent")
    assert len(relay.mails_to("patient@example.in")) == 1
    relay.stop()


def test_a_greeting_that_refuses_the_portal_makes_mails_wait(set_up: SetUp, gateway):
    """E12: the page at once; tried again with the same code; a refusal is shown."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(10)

        class Refusing:
            port = listener.getsockname()[1]

        set_up.restart(Refusing, gateway)
        [message] = set_up.send("unlucky@example.in")
        connection, _ = listener.accept()
        with connection:
            connection.sendall(b"554 5.7.1 go away\r\n")
            answered = set_up.wait_for_answer(message["id"])
        assert (answered["state"], answered["gateway"]) == ("waiting", "smtp")
    set_up.stop_portal()


@pytest.fixture(scope="module")
def certificates(set_up: SetUp) -> Path:
    """Of an authority, for localhost, for another host, and for localhost until the day before yesterday."""
    directory = set_up.directory / "certificates"
    directory.mkdir()

    def openssl(*arguments: str, days_ago: int = 0) -> None:
        time_machine = ["faketime", f"{days_ago} days ago"] if days_ago else []
        subprocess.run([*time_machine, "openssl", *arguments], cwd=directory, check=True, capture_output=True)

    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=CA", "-keyout", "ca.key", "-out", "ca.pem")
    for name, host in [("right", "localhost"), ("wrong", "other.example"), ("expired", "localhost")]:
        (directory / f"{name}.ext").write_text(f"subjectAltName=DNS:{host}\n")
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={host}", "-keyout", f"{name}.key")
        openssl("req", "-new", "-key", f"{name}.key", "-subj", f"/CN={host}", "-out", f"{name}.csr")
        openssl(
            *["x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"],
            *["-extfile", f"{name}.ext", "-out", f"{name}.pem", "-days", "2"],
            days_ago=4 if name == "expired" else 0,
        )
    return directory


@pytest.mark.parametrize(
    ("certificate", "trusted", "password", "reply"),
    [
        ("right", True, "p@ss w%rd", ""),
        ("right", True, "wrong", "login"),
        ("right", False, "p@ss w%rd", "certificate"),
        ("wrong", True, "p@ss w%rd", "certificate"),
        ("expired", True, "p@ss w%rd", "certificate"),
        (None, True, None, "no-tls"),
    ],
    ids=["all right", "wrong password", "unknown authority", "another host", "expired", "no STARTTLS"],
)
def test_mail_goes_to_the_right_relay_alone(
    set_up: SetUp, gateway, certificates: Path, certificate: str | None, trusted: bool, password: str | None, reply: str
):
    """E15: nothing is sent to it."""
    context = None
    if certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificates / f"{certificate}.pem", certificates / f"{certificate}.key")
    relay = MailRelay(certificate=context, password="p@ss w%rd" if password else None)
    changes = {"SMTP_HOST": "localhost", "SMTP_TLS": "starttls"}
    changes |= {"SMTP_CA_FILE": str(certificates / "ca.pem")} if trusted else {}
    changes |= {"SMTP_USER": "portal", "SMTP_PASSWORD": password} if password else {}
    set_up.restart(relay, gateway, **changes)
    [message] = set_up.send("careful@example.in", wait=0 if reply else 10)
    if reply:
        answered = set_up.wait_for_answer(message["id"])
        assert answered["state"] == "waiting" and answered["reply"].startswith(reply)
        assert relay.mails == []
        assert b"somebody has to mend this" in set_up.log[set_up._logged :]
    else:
        assert message["state"] == "sent"
        assert len(relay.mails_to("careful@example.in")) == 1
    set_up.stop_portal()
    relay.stop()
