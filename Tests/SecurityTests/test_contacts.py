"""Addresses and numbers that would reach somebody else, or more than one."""

import time

import forms
from at_once import all_at_once
from change_of_contacts import Contacts, ask_for
from form_posts import FormPosts
from set_ups import run_directory

ADDRESSES = [
    *["a@b.in\r\nBcc: x@y.in", "a@b.in\nBcc: x@y.in", "a@b.in\rBcc: x@y.in", "a@b.in\u2028Bcc: x@y.in"],
    *["a@b.in\u0085Bcc: x@y.in", "a@b.in\r\n.\r\nMAIL FROM:<x@y.in>", "\r\nx@y.in", "a@b.in%0d%0aBcc: x@y.in"],
    *["a@b.in,c@d.in", "a@b.in;c@d.in", "a@b.in c@d.in", '"x y"@z.in', '"a@b.in"@d.in', "<a@b.in>", "A <a@b.in>"],
    *["-oQ/tmp", "-f@b.in -X", "a@b.in> SIZE=1", "a@[127.0.0.1]", "a@127.0.0.1", "a@localhost", "a@b..in", "a@-b.in"],
    *["x" * 40 + "@example.in", "ä@b.in", "a@bücher.in", "a@b.in\u0000", "a@@b.in", "a.@b.in", "(c)a@b.in", "@b.in"],
    *["a@b.in\u202ein", "a\u200d@b.in", "a!b.in", "a%b.in@c.in\n", "a@ｂ.in", "\ufeffa@b.in\u00a0"],
]
# Blanks and hyphens are read away: what has them beside one right number is that number.
NUMBERS = [
    *["7000000001\r\n7000000002", "7000000001&to=7000000002", "7000000001%26to%3D7000000002"],
    *["7000000001,7000000002", "7000000001;7000000002", "+14155550100", "+9917000000001", "0017000000001"],
    *["७०००००००००", "７０００００００００", "70000000０1", "7e9", "0x1A13B8600", "700000000", "70000000011"],
    *["5000000001", "0000000000", "7000000001\u0000", "7000000001\u202e", "1900123456", "9" * 300],
]
# Blanks round a value are no part of it.
TRIMMED = {"7000000001\n"}


def messages(database) -> set[str]:
    """Those that were handed over, once none is owed any more."""
    deadline = time.monotonic() + 20
    while database.rows("SELECT 1 FROM outbox WHERE live = 1 LIMIT 1"):
        assert time.monotonic() < deadline, "messages are still on their way"
        time.sleep(0.05)
    return {file.name for file in (run_directory() / "messages").iterdir()}


def test_no_address_but_one_plain_mailbox_is_sent_anything(own_portal, database):
    """A6, A7: at a change of contacts in the registration and in the account."""
    registering, changing = (forms.before(own_portal, path) for path in ["/register/alternate", "/account/contact"])
    before = messages(database)
    for address in ADDRESSES:
        # A NUL is refused before anybody reads the form.
        expected = 400 if "\u0000" in address else 422
        assert registering.submit(alternate_email=address).status == expected, address
        assert changing.submit(email=address).status == expected, address
    assert messages(database) == before


def test_no_number_but_one_indian_mobile_is_sent_anything(own_portal, database):
    """A9, C29: at a change of contacts in the registration and in the account."""
    registering, changing = (forms.before(own_portal, path) for path in ["/register/alternate", "/account/contact"])
    before = messages(database)
    for number in NUMBERS:
        expected = 400 if "\u0000" in number else 422
        assert registering.submit(alternate_mobile=number).status == expected, number
        assert changing.submit(mobile=number).status == expected, number
    assert messages(database) == before


def test_contacts_of_somebody_elses_account_are_taken_like_any(own_portal, account):
    """C31: the answer says nothing of others; both of one's own are told as no change."""
    posts = FormPosts(own_portal)
    posts.walk_to("/register/verified")
    others = Contacts(account.registrant.email, account.registrant.mobile)
    fresh = FormPosts(own_portal.from_another())
    fresh.walk_to("/register/verified")
    answers = [ask_for(posts, others), ask_for(fresh, Contacts.fresh())]
    assert [(answer.status, answer.location) for answer in answers] == [(303, "/register/alternate/otp")] * 2
    assert answers[0].headers.keys() == answers[1].headers.keys()
    own = FormPosts(own_portal.from_another())
    own.walk_to("/register/verified")
    assert ask_for(own, Contacts(own.registrant.email, own.registrant.mobile)).status == 422


def test_two_hundred_wishes_for_numbers_in_a_row_send_ten_messages(own_portal, database):
    """C29, C30: whatever registrations one address has, and however many ask at once."""
    before = messages(database)
    registrations = [FormPosts(own_portal) for _ in range(5)]
    for posts in registrations:
        posts.walk_to("/register/verified")
    calls = []
    for index in range(200):
        contacts = Contacts(f"row{index}@example.com", f"76000{index:05}")
        posts = registrations[index % 5]
        visitor, page = posts.visitor.at(own_portal.source), posts.visitor.get("/register/alternate")
        calls.append(lambda visitor=visitor, page=page, contacts=contacts: visitor.submit(
            page, "/register/alternate", alternate_email=contacts.email, alternate_mobile=contacts.mobile
        ))  # fmt: skip
    answers = [answer for part in range(0, 200, 40) for answer in all_at_once(calls[part : part + 40])]
    assert {answer.status for answer in answers} <= {303, 422, 429}
    new = messages(database) - before
    sent = {name for name in new if "-sms-" in name and "76000" in name}
    mails = {name for name in new if "-email-row" in name}
    assert 1 <= len(sent) <= 10 and len(mails) <= 10
    assert database.broken_invariants() == []
