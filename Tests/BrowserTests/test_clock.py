"""What ends with time, to the second: MariaDB's clock is moved, and no row is changed."""

import dataclasses
import secrets
import time
from datetime import datetime, timedelta

import pytest

from carrying_on import EXPIRED, REFUSED, carry_on, start_again, submit_codes, without_what_is_its_own
from change_of_contacts import Contacts, ask_for, other_code
from form_posts import FormPosts
from sample_master import TEMPORARY_PASSWORD
from visitor import Answer

TIMED_OUT = (
    "Your session has ended: it holds for 15 minutes without a request, and for 2 hours in all."
    " If you have the OTPs already, carry on with them; otherwise enter your details again."
)
TAKEN = "This ICEGATE ID already exists in system. Please try with another ICEGATE ID."
MISMATCH = "IEC, GSTIN and password do not match the data at ICEGATE."
HOURS = timedelta(hours=1)
EDGES = pytest.mark.parametrize(("seconds", "holds"), [(7_199, True), (7_200, False), (7_201, False)])


def begun(portal, path: str, icegate_id: str | None = None) -> FormPosts:
    posts = FormPosts(portal, icegate_id=icegate_id)
    posts.walk_to(path)
    return posts


def codes_of(portal, recipient) -> tuple[str, str]:
    return portal.messages.one_time_passwords(recipient)


def goes_on_to(answer: Answer, path: str) -> bool:
    return (answer.status, answer.location) == (303, path)


def is_told(posts: FormPosts, answer: Answer, text: str) -> bool:
    """Whether an answer leads to the first page, which says why."""
    if (answer.status, answer.location) != (303, "/register"):
        return False
    return text in posts.visitor.get(answer.headers["location"]).text


def session_times(database, posts: FormPosts) -> tuple[datetime, datetime]:
    """When the session of a registration was made, and when it was last seen."""
    [row] = database.rows(
        "SELECT s.created_at, s.last_seen_at FROM sessions s JOIN registrations r ON r.id = s.registration_id"
        f" WHERE r.iec = '{posts.registrant.iec}' AND r.gstin = '{posts.registrant.gstin}' AND s.ended_at IS NULL"
    )
    made, seen = map(datetime.fromisoformat, row)
    return made, seen


def begin_again_before(portal, clock, posts: FormPosts, end: datetime, reached: str) -> None:
    """A session ends before the OTPs that it asked for: who sees their end on the live page has begun again before."""
    clock.set(end - timedelta(seconds=100))
    assert goes_on_to(start_again(portal, posts), reached)


@EDGES
def test_otps_hold_for_two_hours_on_the_live_page(clock, timed_portal, timed_database, seconds, holds):
    """C8: good before, dead from that instant on."""
    posts = begun(timed_portal, "/register/otp")
    codes = codes_of(timed_portal, posts.registrant)
    [pair] = timed_database.otp_pairs(posts.registrant)
    assert pair.expires_at - pair.generated_at == 2 * HOURS
    begin_again_before(timed_portal, clock, posts, pair.expires_at, "/register/otp")
    form = posts.visitor.get("/register/otp")
    clock.set(pair.generated_at + timedelta(seconds=seconds))
    answer = posts.visitor.submit(form, "/register/otp", mobile_otp=codes[0], email_otp=codes[1])
    if holds:
        assert goes_on_to(answer, "/register/verified")
        assert posts.visitor.get("/register/verified").status == 200
    else:
        assert is_told(posts, answer, EXPIRED)
        assert is_told(posts, posts.visitor.get("/register/otp"), EXPIRED)
        assert timed_database.otp_pairs(posts.registrant)[0].end_reason in (None, "expired")


@EDGES
def test_otps_hold_for_two_hours_on_the_page_for_carrying_on(clock, timed_portal, timed_database, seconds, holds):
    """C8: good before, dead from that instant on."""
    posts = begun(timed_portal, "/register/otp")
    codes = codes_of(timed_portal, posts.registrant)
    [pair] = timed_database.otp_pairs(posts.registrant)
    clock.set(pair.generated_at + timedelta(seconds=seconds))
    if holds:
        visitor, answer = carry_on(timed_portal, posts.registrant, codes)
        assert goes_on_to(answer, "/register/verified")
        assert visitor.get("/register/verified").status == 200
    else:
        # Whoever has the right ones is told so, and nobody else.
        answer = carry_on(timed_portal, posts.registrant, codes)[1]
        assert answer.status == 422 and EXPIRED in answer.text
        answer = carry_on(timed_portal, posts.registrant, tuple(map(other_code, codes)))[1]
        assert answer.status == 422 and REFUSED in answer.text


@EDGES
@pytest.mark.parametrize("page", ["live page", "page for carrying on"])
def test_the_otps_of_alternate_contacts_have_two_hours_of_their_own(
    clock, timed_portal, timed_database, page, seconds, holds
):
    """C8: good before, dead from that instant on."""
    posts = begun(timed_portal, "/register/verified")
    clock.pass_by(seconds=850)
    contacts = Contacts.fresh()
    assert goes_on_to(ask_for(posts, contacts), "/register/alternate/otp")
    codes = codes_of(timed_portal, contacts)
    [pair] = timed_database.otp_pairs(posts.registrant, "alternate")
    assert pair.expires_at > timed_database.otp_pairs(posts.registrant)[0].expires_at + timedelta(seconds=840)
    if page == "live page":
        begin_again_before(timed_portal, clock, posts, pair.expires_at, "/register/alternate/otp")
        form = posts.visitor.get("/register/alternate/otp")
    clock.set(pair.generated_at + timedelta(seconds=seconds))
    if page == "live page":
        answer = posts.visitor.submit(form, "/register/alternate/otp", mobile_otp=codes[0], email_otp=codes[1])
        assert holds or is_told(posts, answer, EXPIRED)
    else:
        answer = carry_on(timed_portal, posts.registrant, codes)[1]
        assert holds or (answer.status == 422 and EXPIRED in answer.text)
    assert goes_on_to(answer, "/register/done") == holds
    account = timed_database.account(posts.icegate_id)
    assert account == ((contacts.email, contacts.mobile) if holds else None)


@pytest.mark.parametrize(("seconds", "holds"), [(7_199, True), (7_200, False)])
def test_finish_is_possible_until_the_otps_that_were_proven_would_have_ended(
    clock, timed_portal, timed_database, seconds, holds
):
    posts = begun(timed_portal, "/register/verified")
    [pair] = timed_database.otp_pairs(posts.registrant)
    begin_again_before(timed_portal, clock, posts, pair.expires_at, "/register/verified")
    form = posts.visitor.get("/register/finish")
    clock.set(pair.generated_at + timedelta(seconds=seconds))
    answer = posts.visitor.submit(form, "/register/finish")
    assert goes_on_to(answer, "/register/done") == holds
    assert holds or is_told(posts, answer, EXPIRED)
    assert (timed_database.account(posts.icegate_id) is not None) == holds


def test_a_name_that_was_held_is_free_as_soon_as_the_otps_have_expired(clock, timed_portal, timed_database):
    """D3: free with the end of the OTPs."""
    first = begun(timed_portal, "/register/otp")
    [pair] = timed_database.otp_pairs(first.registrant)
    clock.set(pair.expires_at - timedelta(seconds=100))
    second = begun(timed_portal, "/register/account", icegate_id=first.icegate_id.lower())

    def choose(posts: FormPosts, name: str) -> Answer:
        page = posts.visitor.get("/register/account")
        return posts.visitor.submit(
            page, "/register/account", icegate_id=name, new_password=posts.password, confirm_password=posts.password
        )

    clock.set(pair.generated_at + timedelta(seconds=7_199))
    answer = choose(second, second.icegate_id)
    assert answer.status == 422 and TAKEN in answer.text
    clock.set(pair.generated_at + timedelta(seconds=7_200))
    assert goes_on_to(choose(second, second.icegate_id), "/register/otp")

    # The first registrant starts fresh with the same temporary password, finds the name taken, and ends with another.
    assert goes_on_to(start_again(timed_portal, first), "/register/account")
    answer = choose(first, first.icegate_id)
    assert answer.status == 422 and TAKEN in answer.text
    old = codes_of(timed_portal, first.registrant)
    first.icegate_id = f"TRADER-{secrets.token_hex(6).upper()}"
    assert goes_on_to(choose(first, first.icegate_id), "/register/otp")
    codes = timed_portal.messages.one_time_passwords(first.registrant, after=old)
    answer = submit_codes(first, *old)
    assert answer.status == 422
    assert goes_on_to(submit_codes(first, *codes), "/register/verified")
    form = first.visitor.get("/register/finish")
    assert goes_on_to(first.visitor.submit(form, "/register/finish"), "/register/done")
    first.log_in()
    assert goes_on_to(submit_codes(second, *codes_of(timed_portal, second.registrant)), "/register/verified")


def test_who_starts_fresh_may_have_the_old_name_again(clock, timed_portal, timed_database):
    posts = begun(timed_portal, "/register/otp")
    [pair] = timed_database.otp_pairs(posts.registrant)
    clock.set(pair.expires_at)
    FormPosts(timed_portal, posts.registrant, posts.icegate_id).walk_to("/register/otp")
    assert len(timed_database.otp_pairs(posts.registrant)) == 2


@pytest.mark.parametrize(("seconds", "lives"), [(899, True), (900, False)])
def test_a_session_ends_after_a_quarter_of_an_hour_without_a_request(
    clock, timed_portal, timed_database, seconds, lives
):
    """B10: told so; the OTPs carry on within two hours."""
    posts = begun(timed_portal, "/register/otp")
    codes = codes_of(timed_portal, posts.registrant)
    clock.pass_by(minutes=14)
    assert posts.visitor.get("/register/otp").status == 200
    _, seen = session_times(timed_database, posts)
    clock.set(seen + timedelta(seconds=seconds))
    answer = posts.visitor.get("/register/otp")
    if lives:
        assert answer.status == 200
    else:
        assert is_told(posts, answer, TIMED_OUT)
        assert is_told(posts, posts.visitor.get("/register/verified"), TIMED_OUT)
        # The OTPs hold on, and are right in any browser.
        assert goes_on_to(carry_on(timed_portal, posts.registrant, codes)[1], "/register/verified")


def test_a_session_lasts_two_hours_at_most(clock, timed_portal, timed_database):
    posts = begun(timed_portal, "/register/account")
    made, _ = session_times(timed_database, posts)
    for seconds in [*range(800, 7_200, 800), 7_199]:
        clock.set(made + timedelta(seconds=seconds))
        assert posts.visitor.get("/register/account").status == 200
    clock.set(made + timedelta(seconds=7_200))
    assert is_told(posts, posts.visitor.get("/register/account"), TIMED_OUT)
    assert goes_on_to(start_again(timed_portal, posts), "/register/account")


def test_a_temporary_password_holds_for_thirty_days(clock, timed_portal, timed_database):
    posts = FormPosts(timed_portal)
    registrant = posts.registrant
    pair = f"iec = '{registrant.iec}' AND gstin = '{registrant.gstin}'"
    issued, expires = map(
        timed_database.time,
        [f"SELECT {column} FROM temporary_passwords WHERE {pair}" for column in ["issued_at", "expires_at"]],
    )
    assert expires - issued == timedelta(days=30)
    clock.set(expires - timedelta(seconds=1))
    assert goes_on_to(start_again(timed_portal, posts), "/register/account")
    clock.set(expires)
    answer = start_again(timed_portal, posts)
    assert answer.status == 422 and MISMATCH in answer.text

    visitor = timed_portal.visitor()
    visitor.submit(
        visitor.get("/temporary-password"),
        "/temporary-password",
        iec=registrant.iec,
        gstin=registrant.gstin,
        captcha=timed_portal.captcha,
    )
    deadline = time.monotonic() + 20
    while len(sent := timed_portal.messages.to(registrant.email)) < 2:
        assert time.monotonic() < deadline, "no new temporary password came"
        time.sleep(0.05)
    new = TEMPORARY_PASSWORD.search(sent[-1].read_text("utf-8")).group()
    posts.registrant = dataclasses.replace(registrant, temporary_password=new)
    assert goes_on_to(start_again(timed_portal, posts), "/register/account")


def test_otps_that_were_used_get_the_one_message_of_the_page_for_carrying_on(clock, timed_portal, timed_database):
    """C5: refused on every page."""
    posts = begun(timed_portal, "/register/verified")
    codes = codes_of(timed_portal, posts.registrant)
    nobody = dataclasses.replace(posts.registrant, iec=f"9{secrets.randbelow(10**9):09}")
    # Within a minute they are a double click.
    clock.pass_by(seconds=61)
    unknown = carry_on(timed_portal, nobody, codes)[1]
    used = carry_on(timed_portal, posts.registrant, codes)[1]
    assert unknown.status == used.status == 422 and REFUSED in used.text
    assert without_what_is_its_own(used, posts.registrant) == without_what_is_its_own(unknown, nobody)
    # The temporary password leads back to where the registration stands.
    assert goes_on_to(start_again(timed_portal, posts), "/register/verified")


def test_otps_that_have_expired_stay_so_when_the_clock_goes_back(clock, timed_portal, timed_database):
    """D12: nothing revived, nobody waits for ever."""
    posts = begun(timed_portal, "/register/otp")
    codes = codes_of(timed_portal, posts.registrant)
    [pair] = timed_database.otp_pairs(posts.registrant)
    begin_again_before(timed_portal, clock, posts, pair.expires_at, "/register/otp")
    form = posts.visitor.get("/register/otp")
    clock.set(pair.expires_at)
    fields = {"mobile_otp": codes[0], "email_otp": codes[1]}
    assert is_told(posts, posts.visitor.submit(form, "/register/otp", **fields), EXPIRED)
    for back in [1 * HOURS, 3 * HOURS]:
        clock.set(pair.expires_at - back)
        assert not goes_on_to(posts.visitor.submit(form, "/register/otp", **fields), "/register/verified")
        assert carry_on(timed_portal, posts.registrant, codes, timed_portal.captcha)[1].status == 422
    assert timed_database.otp_pairs(posts.registrant)[0].end_reason != "consumed"


def test_what_was_used_or_ended_stays_so_when_the_clock_goes_back(clock, timed_portal, timed_database):
    """D12: nothing revived, nobody waits for ever."""
    proven = begun(timed_portal, "/register/verified")
    idle = begun(timed_portal, "/register/otp")
    finished = begun(timed_portal, "/register/done")
    codes = [codes_of(timed_portal, posts.registrant) for posts in [proven, finished]]
    clock.pass_by(minutes=20)
    assert is_told(idle, idle.visitor.get("/register/otp"), TIMED_OUT)
    for back in [0 * HOURS, 3 * HOURS]:
        clock.pass_by(seconds=-back.total_seconds())
        for posts, used in zip([proven, finished], codes):
            answer = carry_on(timed_portal, posts.registrant, used, timed_portal.captcha)[1]
            assert answer.status == 422 and REFUSED in answer.text
        assert idle.visitor.get("/register/otp").status == 303
        answer = start_again(timed_portal, finished)
        assert answer.status == 422 and "An ICEGATE ID exists already" in answer.text
    assert timed_database.account(finished.icegate_id) is not None


@pytest.mark.parametrize("page", ["live page", "page for carrying on"])
@pytest.mark.parametrize(("seconds", "ahead", "holds"), [(7_199, 180, True), (7_200, -180, False)])
def test_the_clock_of_the_database_decides_and_not_the_portals(
    clock, timed_portal, timed_database, page, seconds, ahead, holds
):
    """D11: MariaDB's clock decides."""
    posts = begun(timed_portal, "/register/otp")
    codes = codes_of(timed_portal, posts.registrant)
    [pair] = timed_database.otp_pairs(posts.registrant)
    if page == "live page":
        begin_again_before(timed_portal, clock, posts, pair.expires_at, "/register/otp")
        form = posts.visitor.get("/register/otp")
    clock.set(pair.generated_at + timedelta(seconds=seconds), portal_is_ahead=timedelta(seconds=ahead))
    if page == "live page":
        answer = posts.visitor.submit(form, "/register/otp", mobile_otp=codes[0], email_otp=codes[1])
        assert holds or is_told(posts, answer, EXPIRED)
    else:
        answer = carry_on(timed_portal, posts.registrant, codes)[1]
        assert holds or EXPIRED in answer.text
    assert goes_on_to(answer, "/register/verified") == holds


def test_a_registration_in_the_last_hour_before_2038_overflows(clock, timed_portal, timed_database):
    """D12: what expires after 03:14:07 on 19-01-2038 is written and holds; MariaDB 10.11 itself stops at that second."""
    clock.set(datetime(2038, 1, 19, 2, 30))
    registrant = timed_portal.registrants.fresh()
    visitor = timed_portal.visitor()
    fields = {"iec": registrant.iec, "gstin": registrant.gstin, "captcha": timed_portal.captcha}
    visitor.submit(visitor.get("/temporary-password"), "/temporary-password", **fields)
    deadline = time.monotonic() + 20
    while len(sent := timed_portal.messages.to(registrant.email)) < 2:
        assert time.monotonic() < deadline, "no new temporary password came"
        time.sleep(0.05)
    new = TEMPORARY_PASSWORD.search(sent[-1].read_text("utf-8")).group()
    posts = FormPosts(timed_portal, dataclasses.replace(registrant, temporary_password=new))
    posts.walk_to("/register/otp")
    [pair] = timed_database.otp_pairs(registrant)
    assert pair.expires_at.replace(microsecond=0) == datetime(2038, 1, 19, 4, 30)
    clock.set(datetime(2038, 1, 19, 2, 44))
    assert posts.walk_to("/register/done").status == 200
    posts.log_in()
    clock.set(datetime(2038, 1, 19, 3, 13, 30))
    assert posts.visitor.get("/account").status == 200
