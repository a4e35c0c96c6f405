"""SMS against gateways that fail in every way."""

import re

import pytest

from mail_relay import MailRelay, free_port
from set_up import SetUp, number
from sms_gateway import SMSGateway


def test_an_sms_is_one_request_with_one_number(running: SetUp, gateway: SMSGateway):
    """A9: refused, or one request with one number."""
    to = number()
    [message] = running.send(sms=to, wait=10, status=0)
    assert (message["state"], message["gateway"], message["contact"]) == ("sent", "form", f"******{to[-4:]}")
    [form] = gateway.forms_to(to)
    assert form["key"] == "gateway-secret"
    assert re.match(r"\d{6} is your mobile OTP", form["text"])


@pytest.mark.parametrize(
    ("mode", "reply"),
    [
        ("error", "unknown-answer"),
        ("throttled", "throttled"),
        ("500", "http-500"),
        ("redirect", "http-307"),
        ("cut", "cut"),
        ("hang", "timeout"),
    ],
)
def test_an_sms_that_was_not_taken_comes_again_with_the_same_code(
    running: SetUp, gateway: SMSGateway, mode: str, reply: str
):
    """E13: the same."""
    to = number()
    gateway.mode = mode
    [message] = running.send(sms=to)
    answered = running.wait_for_answer(message["id"])
    assert (answered["state"], answered["reply"]) == ("waiting", reply)
    gateway.mode = "ok"
    running.ctl("delivery", "retry", "--mobile", to)
    running.wait_for(message["id"], "sent")
    assert len({form["text"] for form in gateway.forms_to(to)}) == 1
    assert gateway.redirected == 0


def test_sms_wait_for_a_gateway_that_is_down_and_go_when_it_is_back(set_up: SetUp, relay: MailRelay):
    """E13: the same."""
    class Down:
        port = free_port()

    set_up.restart(relay, Down)
    to = number()
    [message] = set_up.send(sms=to)
    answered = set_up.wait_for_answer(message["id"])
    assert (answered["state"], answered["reply"]) == ("waiting", "no-connection")
    gateway = SMSGateway(port=Down.port)
    # By itself, when its time has come.
    set_up.wait_for(message["id"], "sent")
    assert len(gateway.forms_to(to)) == 1
    set_up.stop_portal()
    gateway.stop()


def test_what_is_final_at_the_gateway_is_final(running: SetUp, gateway: SMSGateway):
    """E13: the same."""
    gateway.mode = "final"
    [message] = running.send(sms=number(), wait=10, status=1)
    assert (message["state"], message["attempts"]) == ("refused", 1)


def test_one_channel_that_fails_leaves_the_other_alone(running: SetUp, gateway: SMSGateway, relay: MailRelay):
    """E14: the page says so of each."""
    gateway.mode = "500"
    mail, sms = running.send("both@example.in", number(), wait=1, status=1)
    assert (mail["state"], sms["state"]) == ("sent", "waiting")
    gateway.mode = "ok"
    running.ctl("delivery", "retry")
    running.wait_for(sms["id"], "sent")


def test_the_second_gateway_takes_over_and_gives_back(set_up: SetUp, relay: MailRelay):
    first, second = SMSGateway("hang"), SMSGateway("nic")
    set_up.restart(
        relay,
        first,
        SMS_SECOND_GATEWAY="nic",
        SMS_NIC_URL=f"http://127.0.0.1:{second.port}/sms",
        SMS_NIC_USER="u",
        SMS_NIC_PIN="p",
    )
    for _ in range(3):
        [message] = set_up.send(sms=number(), wait=10, status=0)
        assert message["gateway"] == "nic"
    # It rests now: nobody waits for its time-out any more.
    [message] = set_up.send(sms=number(), wait=10, status=0)
    assert message["gateway"] == "nic" and message["delay_ms"] < 1000
    assert len(first.forms) == 3
    set_up.stop_portal()
    first.stop()
    second.stop()


def test_a_stopped_channel_waits_and_goes_on(running: SetUp, gateway: SMSGateway):
    running.ctl("delivery", "stop", "sms")
    assert "sms was stopped" in running.ctl("delivery", "status")
    to = number()
    [sms] = running.send(sms=to)
    running.send("while-stopped@example.in", wait=10, status=0)
    assert running.message(sms["id"]) == {"state": "waiting", "attempts": "0", "gateway": "", "reply": ""}
    running.ctl("delivery", "start", "sms")
    running.wait_for(sms["id"], "sent")
    assert len(gateway.forms_to(to)) == 1
