"""A new temporary password for who lost the first: one answer for every pair, and what the password is then worth.

On the clock that the tests move: a new one is made only when the last one is a minute old.
"""

import csv
import dataclasses
import re
import secrets
import time

import pytest
from playwright.sync_api import expect

from addresses import DistantPortal
from carrying_on import start_again, without_what_is_its_own
from form_posts import FormPosts
from sample_master import MASTER, TEMPORARY_PASSWORD, Registrant
from visitor import Answer

SENT = (
    "If this IEC and GSTIN may register, a new temporary password is on its way"
    " to the registered e-mail and mobile number."
)
MISMATCH = "IEC, GSTIN and password do not match the data at ICEGATE."
REGISTERED = "An ICEGATE ID exists already for this IEC and GSTIN. Please log in, or use Forgotten password."


def ask(portal: DistantPortal, registrant: Registrant) -> tuple[Answer, Answer]:
    """The answer to the form, and the page to which it leads."""
    visitor = portal.visitor()
    answer = visitor.submit(
        visitor.get("/temporary-password"),
        "/temporary-password",
        iec=registrant.iec,
        gstin=registrant.gstin,
        captcha=portal.captcha,
    )
    return answer, visitor.get(answer.headers.get("location", "/temporary-password"))


def start(portal: DistantPortal, registrant: Registrant, password: str) -> Answer:
    """The first step of the registration, in a browser of its own."""
    visitor = portal.visitor()
    return visitor.submit(
        visitor.get("/register"),
        "/register",
        iec=registrant.iec,
        gstin=registrant.gstin,
        password=password,
        captcha=portal.captcha,
    )


def passwords_to(portal: DistantPortal, recipient: str, count: int, seconds: float = 20) -> list[str]:
    """The temporary passwords that a recipient was sent, once there are so many."""
    deadline = time.monotonic() + seconds
    while True:
        texts = [path.read_text("utf-8") for path in portal.messages.to(recipient)]
        found = [match.group() for text in texts if (match := TEMPORARY_PASSWORD.search(text))]
        if len(found) >= count:
            return found
        assert time.monotonic() < deadline, f"{len(found)} of {count} temporary passwords came to {recipient}"
        time.sleep(0.05)


def wait_until_handled(database, seconds: float = 20) -> None:
    """Until no wish for a temporary password waits, and nothing more is on its way."""
    deadline = time.monotonic() + seconds
    waiting = (
        "SELECT (SELECT COUNT(*) FROM message_requests WHERE handled_at IS NULL)"
        " + (SELECT COUNT(*) FROM outbox WHERE template = 'temporary-password' AND state IN ('waiting', 'sending'))"
    )
    while database.value(waiting) != "0":
        assert time.monotonic() < deadline, "a wish for a temporary password is not handled"
        time.sleep(0.05)


def row_of_the_master(wanted) -> Registrant:
    with MASTER.open(newline="", encoding="utf-8") as file:
        row = next(row for row in csv.DictReader(file) if wanted(row))
    return Registrant(row["iec"], row["gstin"], row["email"], row["mobile"], "")


def test_a_lost_password_is_asked_for_and_the_new_one_begins_the_registration(timed_registration, timed_portal):
    registration, registrant = timed_registration, timed_registration.registrant
    registration.page.goto("/register")
    registration.main.get_by_role("link", name="Ask for a new temporary password").click()
    registration.is_at("/temporary-password")
    registration.fill(iec=registrant.iec, gstin=registrant.gstin, captcha="WRONG1")
    registration.submit()
    registration.says_beside("captcha", "characters of the captcha are not right")
    registration.fill(captcha=timed_portal.captcha)
    registration.submit()
    expect(registration.main.get_by_role("status")).to_have_text(SENT)

    first, new = passwords_to(timed_portal, registrant.email, 2)
    assert first == registrant.temporary_password != new
    assert passwords_to(timed_portal, registrant.mobile, 2)[-1] == new
    registration.main.get_by_role("link", name="Simplified Registration").click()
    registration.fill_credentials()
    registration.submit()
    registration.alerts(MISMATCH)
    registration.fill_credentials(password=new)
    registration.submit()
    registration.is_at("/register/account")


def test_the_answer_is_the_same_for_every_pair_and_only_who_may_register_is_sent_one(timed_portal, timed_database):
    registered = FormPosts(timed_portal)
    registered.walk_to("/register/done")
    holder = timed_portal.registrants.fresh()
    others = {
        "unknown": dataclasses.replace(holder, iec=f"9{secrets.randbelow(10**9):09}"),
        "registered": registered.registrant,
        "inactive IEC": row_of_the_master(lambda row: row["iec_status"] == "cancelled"),
        "inactive GSTIN": row_of_the_master(lambda row: row["gstin_status"] == "CNL"),
        "without a usable mobile": row_of_the_master(lambda row: row["mobile"] == "9587854"),
    }
    answer, page = ask(timed_portal, holder)
    assert (answer.status, answer.location) == (303, "/temporary-password")
    assert page.status == 200 and SENT in page.text
    passwords_to(timed_portal, holder.email, 2)
    before = {case: len(timed_portal.messages.to(other.email)) for case, other in others.items()}
    for case, other in others.items():
        its_answer, its_page = ask(timed_portal, other)
        # Where each leads ends with a code of the visitor's session.
        kept = {"date", "x-request-id", "location"}
        assert {name: value for name, value in its_answer.headers.items() if name not in kept} == {
            name: value for name, value in answer.headers.items() if name not in kept
        }, case
        assert its_answer.location == answer.location, case
        assert (its_answer.status, its_answer.body, its_page.status) == (answer.status, answer.body, 200), case
        assert without_what_is_its_own(its_page, other) == without_what_is_its_own(page, holder), case
    wait_until_handled(timed_database)
    assert {case: len(timed_portal.messages.to(other.email)) for case, other in others.items()} == before
    assert len(passwords_to(timed_portal, holder.email, 2)) == 2


def test_a_password_is_read_without_regard_to_case_hyphens_and_look_alikes(timed_portal):
    # One that has a character with a look-alike: every third or so.
    while not re.search("[01]", (registrant := timed_portal.registrants.fresh()).temporary_password):
        pass
    password = registrant.temporary_password
    for typed in [
        password.lower(),
        password.replace("-", ""),
        f" {password.replace('-', ' ')} ",
        password.replace("0", "O").replace("1", "I"),
        password.lower().replace("-", "").replace("0", "o").replace("1", "l"),
    ]:
        answer = start(timed_portal, registrant, typed)
        assert (answer.status, answer.location) == (303, "/register/account"), typed
    for typed in [password[:-1], password + "0", password.replace("-", "")[::-1], password.replace("-", "_")]:
        answer = start(timed_portal, registrant, typed)
        assert answer.status == 422 and MISMATCH in answer.text, typed


def test_a_new_password_takes_a_live_registration_over_and_is_used_up_at_its_end(timed_portal, timed_database):
    posts = FormPosts(timed_portal)
    posts.walk_to("/register/verified")
    registrant = posts.registrant
    ask(timed_portal, registrant)
    _, new = passwords_to(timed_portal, registrant.email, 2)
    assert start(timed_portal, registrant, registrant.temporary_password).status == 422
    posts.registrant = dataclasses.replace(registrant, temporary_password=new)
    assert start_again(timed_portal, posts).location == "/register/verified"
    visitor = posts.visitor
    assert visitor.submit(visitor.get("/register/finish"), "/register/finish").location == "/register/done"
    for password, said in [(new, REGISTERED), (registrant.temporary_password, MISMATCH), ("0000-0000-00000", MISMATCH)]:
        answer = start(timed_portal, registrant, password)
        assert answer.status == 422 and said in answer.text
    ask(timed_portal, registrant)
    wait_until_handled(timed_database)
    assert len(passwords_to(timed_portal, registrant.email, 2)) == 2


def test_a_pair_is_sent_three_a_day_a_minute_apart_and_told_the_same_every_time(clock, timed_portal, timed_database):
    registrant = timed_portal.registrants.fresh()

    def is_sent(count: int, **later: float) -> None:
        clock.pass_by(**later)
        answer, page = ask(timed_portal, registrant)
        assert answer.status == 303 and SENT in page.text
        wait_until_handled(timed_database)
        assert len(passwords_to(timed_portal, registrant.email, count)) == count

    is_sent(2, seconds=0)
    # A double click, which is not to make the one worthless that is on its way.
    is_sent(2, seconds=59)
    is_sent(3, seconds=2)
    is_sent(4, seconds=61)
    is_sent(4, hours=23)
    is_sent(5, hours=1)
    sent = passwords_to(timed_portal, registrant.email, 5)
    assert len(set(sent)) == 5
    assert start(timed_portal, registrant, sent[-1]).location == "/register/account"
    assert all(start(timed_portal, registrant, older).status == 422 for older in sent[:-1])


@pytest.mark.parametrize("captcha", ["", "WRONG1"])
def test_without_the_right_captcha_nothing_is_asked_for(timed_portal, timed_database, captcha):
    registrant = timed_portal.registrants.fresh()
    visitor = timed_portal.visitor()
    answer = visitor.submit(
        visitor.get("/temporary-password"),
        "/temporary-password",
        iec=registrant.iec,
        gstin=registrant.gstin,
        captcha=captcha,
    )
    assert answer.status == 422 and 'id="captcha-error"' in answer.text
    pair = f"iec = '{registrant.iec}' AND gstin = '{registrant.gstin}'"
    assert timed_database.value(f"SELECT COUNT(*) FROM message_requests WHERE {pair}") == "0"
