"""Case 2 of the advisory: carrying on with OTPs already received, in any browser."""

import dataclasses
import secrets

import pytest
from playwright.sync_api import expect

from at_once import all_at_once
from carrying_on import REFUSED, TAKEN_OVER, carry_on, start_again, submit_codes, without_what_is_its_own
from change_of_contacts import DONE, SENT, Contacts, ask_for, other_code
from form_posts import FormPosts
from registration import Registration

NO_CAPTCHA = "Enter the 6 characters of the captcha."
NO_TRY_LEFT = "No try is left for these OTPs."
DEVANAGARI = str.maketrans("0123456789", "०१२३४५६७८९")


def open_by_its_link(registration: Registration) -> None:
    """The page for carrying on, from the home page, as the advisory shows the way."""
    registration.open()
    registration.says("If you have already Mobile and Email OTP's, Please Click here")
    registration.main.get_by_role("link", name="Click here").click()
    registration.is_at("/resume")


def fill_resume(registration: Registration, codes: tuple[str, str], **other: str) -> None:
    registrant = registration.registrant
    registration.fill(iec=registrant.iec, gstin=registrant.gstin, mobile_otp=codes[0], email_otp=codes[1], **other)


def test_the_otps_of_the_master_contacts_lead_to_finish_in_a_fresh_browser(own_registration, own_portal):
    """B10: told so; the OTPs carry on within two hours."""
    registration = own_registration
    registration.posts.walk_to("/register/otp")
    open_by_its_link(registration)
    for label in ["IEC Number", "GSTIN Number", "Mobile OTP", "Email OTP"]:
        expect(registration.page.get_by_label(label, exact=True)).to_be_editable()
    expect(registration.field("captcha")).to_have_count(0)
    fill_resume(registration, registration.one_time_passwords())
    registration.submit()
    registration.is_at("/register/verified")
    registration.says("OTP verified successfully.", "If you want to change your email id and mobile number")
    registration.finish()
    registration.is_at("/register/done")
    registration.says(f"Your ICEGATE ID is {registration.icegate_id}")
    registration.log_in()
    registration.is_at("/account")


def test_a_change_of_contacts_goes_on_from_there_and_its_own_otps_end_it(own_registration, own_portal, database):
    registration = own_registration
    contacts = Contacts.fresh()
    registration.posts.walk_to("/register/otp")
    registration.page.goto("/resume")
    fill_resume(registration, registration.one_time_passwords())
    registration.submit()
    registration.main.get_by_role("link", name="Click here").click()
    registration.is_at("/register/alternate")
    registration.fill(alternate_email=contacts.email, alternate_mobile=contacts.mobile)
    registration.submit()
    expect(registration.main.get_by_role("status")).to_have_text(SENT)

    # The browser is closed, and another one carries on with the OTPs of the alternate contacts.
    registration.page.context.clear_cookies()
    open_by_its_link(registration)
    fill_resume(registration, own_portal.messages.one_time_passwords(contacts))
    registration.submit()
    registration.is_at("/register/done")
    expect(registration.main.get_by_role("status")).to_have_text(DONE.format(registration.icegate_id))
    assert database.account(registration.icegate_id) == (contacts.email, contacts.mobile)
    registration.log_in()
    registration.is_at("/account")


def test_after_a_wrong_try_a_captcha_is_asked_for_and_the_right_otps_go_on(own_registration, own_portal):
    """C15: a captcha; the live page keeps its tries."""
    registration = own_registration
    registration.posts.walk_to("/register/otp")
    codes = registration.one_time_passwords()
    registration.page.goto("/resume")
    fill_resume(registration, tuple(map(other_code, codes)))
    registration.submit()
    registration.is_at("/resume")
    registration.alerts(REFUSED)
    expect(registration.field("iec")).to_have_value(registration.registrant.iec)
    expect(registration.field("mobile_otp")).to_have_value("")
    expect(registration.main.get_by_role("img", name="Captcha")).to_be_visible()
    fill_resume(registration, codes)
    registration.submit()
    registration.says_beside("captcha", NO_CAPTCHA)
    fill_resume(registration, codes, captcha="WRONG1")
    registration.submit()
    registration.says_beside("captcha", "characters of the captcha are not right")
    fill_resume(registration, codes, captcha=own_portal.captcha)
    registration.submit()
    registration.is_at("/register/verified")


def test_the_captcha_is_asked_of_the_pair_and_of_the_address_and_of_nobody_else(own_portal, database):
    """C15: a captcha; the live page keeps its tries."""
    one, other = FormPosts(own_portal), FormPosts(own_portal)
    for posts in [one, other]:
        posts.walk_to("/register/otp")
    codes = own_portal.messages.one_time_passwords(one.registrant)
    stranger, answer = carry_on(own_portal, one.registrant, tuple(map(other_code, codes)))
    assert answer.status == 422 and 'name="captcha"' in answer.text
    # The address: of every pair, already on the empty form.
    assert 'name="captcha"' in stranger.get("/resume").text
    _, answer = carry_on(own_portal, other.registrant, ("000000", "000001"), visitor=stranger)
    assert answer.status == 422 and NO_CAPTCHA in answer.text
    # The pair: from every address, and no try is counted without it.
    for _ in range(5):
        _, answer = carry_on(own_portal, one.registrant, codes)
        assert answer.status == 422 and NO_CAPTCHA in answer.text
    assert [pair.resume_tries for pair in database.otp_pairs(one.registrant)] == [1]
    assert carry_on(own_portal, one.registrant, codes, own_portal.captcha)[1].location == "/register/verified"
    # Another pair from another address.
    codes = own_portal.messages.one_time_passwords(other.registrant)
    answer = carry_on(own_portal, other.registrant, codes)[1]
    assert (answer.status, answer.location) == (303, "/register/verified")


def test_one_message_for_all_that_cannot_be_carried_on(own_portal):
    """C19: unknown ones read and wait alike."""
    def at(path: str) -> FormPosts:
        posts = FormPosts(own_portal.from_another())
        posts.walk_to(path)
        return posts

    def codes_of(posts: FormPosts) -> tuple[str, str]:
        return own_portal.messages.one_time_passwords(posts.registrant)

    # A pair of which the master has one half.
    nobody = dataclasses.replace(own_portal.registrants.fresh(), iec=f"9{secrets.randbelow(10**9):09}")
    unknown = carry_on(own_portal, nobody, ("123456", "654321"))[1]
    expected = without_what_is_its_own(unknown, nobody)
    assert unknown.status == 422 and REFUSED in unknown.text

    waiting, stepped_on, exhausted = at("/register/otp"), at("/register/verified"), at("/register/otp")
    mobile, email = codes_of(waiting)
    begun, changing = at("/register/account"), at("/register/verified")
    first = codes_of(changing)
    contacts = Contacts.fresh()
    ask_for(changing, contacts)
    alternate = own_portal.messages.one_time_passwords(contacts)
    ask_for(changing, Contacts.fresh())
    refused = {
        "nothing begun": (own_portal.registrants.fresh(), ("123456", "654321")),
        "nothing sent": (begun.registrant, ("123456", "654321")),
        "a wrong mobile OTP": (waiting.registrant, (other_code(mobile), email)),
        "OTPs of another registration": (stepped_on.registrant, (mobile, email)),
        "OTPs that another pair followed": (changing.registrant, first),
        "OTPs of contacts that were mistyped": (changing.registrant, alternate),
        "swapped OTPs": (waiting.registrant, (email, mobile)),
        "OTPs in other digits": (waiting.registrant, (mobile.translate(DEVANAGARI), email.translate(DEVANAGARI))),
        "too many digits": (waiting.registrant, (mobile + "0", email)),
    }
    for case, (registrant, codes) in refused.items():
        # From an address without a wrong try; a pair that had one wants the captcha, which is then on the page anyhow.
        answer = carry_on(own_portal, registrant, codes, own_portal.captcha)[1]
        assert answer.status == 422, case
        assert without_what_is_its_own(answer, registrant) == expected, case
        assert sorted(answer.headers.keys() - {"content-encoding"}) == sorted(unknown.headers.keys()), case

    # A try for it was wrong: no other test is to get this one.
    FormPosts(own_portal, refused["nothing begun"][0]).walk_to("/register/otp")

    codes = codes_of(exhausted)
    for _ in range(5):
        carry_on(own_portal, exhausted.registrant, tuple(map(other_code, codes)), own_portal.captcha)
    answer = carry_on(own_portal, exhausted.registrant, codes, own_portal.captcha)[1]
    assert (answer.status, without_what_is_its_own(answer, exhausted.registrant)) == (422, expected)

    # Four tries were wrong, and the fifth is right: spaces and hyphens are dropped.
    written = (f"{mobile[:3]} {mobile[3:]}", f"{email[:3]}-{email[3:]}")
    answer = carry_on(own_portal, waiting.registrant, written, own_portal.captcha)[1]
    assert (answer.status, answer.location) == (303, "/register/verified")


@pytest.mark.parametrize("way", ["carried on", "begun again"])
def test_the_older_session_is_told_on_its_next_request(own_registration, own_portal, way):
    """D2: one registration, one session."""
    registration = own_registration
    registration.begin_at("/register/otp")
    codes = registration.one_time_passwords()
    if way == "carried on":
        elsewhere, answer = carry_on(own_portal, registration.registrant, codes)
        assert (answer.status, answer.location) == (303, "/register/verified")
    else:
        posts = FormPosts(own_portal, registration.registrant)
        assert start_again(own_portal, posts).location == "/register/otp"
        elsewhere = posts.visitor
    registration.fill_one_time_passwords(*codes)
    registration.submit()
    registration.is_at("/register")
    registration.alerts(TAKEN_OVER)
    for path in ["/register/otp", "/register/verified", "/register/alternate", "/register/finish", "/register/done"]:
        registration.page.goto(path)
        registration.is_at("/register")
        registration.alerts(TAKEN_OVER)
    reached = "/register/verified" if way == "carried on" else "/register/otp"
    assert elsewhere.get(reached).status == 200


def test_five_wrong_tries_on_the_page_for_carrying_on_leave_the_live_page_its_own(own_portal, database):
    """C15: a captcha; the live page keeps its tries."""
    posts = FormPosts(own_portal)
    posts.walk_to("/register/otp")
    codes = own_portal.messages.one_time_passwords(posts.registrant)
    for _ in range(5):
        carry_on(own_portal, posts.registrant, tuple(map(other_code, codes)), own_portal.captcha)
    assert carry_on(own_portal, posts.registrant, codes, own_portal.captcha)[1].status == 422
    [pair] = database.otp_pairs(posts.registrant)
    assert (pair.live_tries, pair.resume_tries, pair.end_reason) == (0, 5, None)
    answer = submit_codes(posts, *codes)
    assert (answer.status, answer.location) == (303, "/register/verified")


def test_five_wrong_tries_on_the_live_page_leave_the_page_for_carrying_on_its_own(own_portal, database):
    """C2: five on each page, whoever asks."""
    posts = FormPosts(own_portal)
    posts.walk_to("/register/otp")
    codes = own_portal.messages.one_time_passwords(posts.registrant)
    for _ in range(5):
        assert submit_codes(posts, *map(other_code, codes)).status == 422
    answer = submit_codes(posts, *codes)
    assert answer.status == 422 and NO_TRY_LEFT in answer.text
    [pair] = database.otp_pairs(posts.registrant)
    assert (pair.live_tries, pair.resume_tries, pair.end_reason) == (5, 0, None)
    # Nobody tried wrongly on that page: it asks for no captcha.
    answer = carry_on(own_portal, posts.registrant, codes)[1]
    assert (answer.status, answer.location) == (303, "/register/verified")


def test_of_fifty_wrong_pairs_at_once_on_each_page_five_are_judged(own_portal, database):
    """C2, C3: five on each page, whoever asks."""
    posts = FormPosts(own_portal)
    page = posts.walk_to("/register/otp")
    codes = own_portal.messages.one_time_passwords(posts.registrant)
    guesses = [tuple(f"{(int(code) + 1 + guess) % 1_000_000:06}" for code in codes) for guess in range(50)]

    def on_the_live_page(guess):
        visitor = posts.visitor.at(own_portal.from_another().source)
        return lambda: visitor.submit(page, "/register/otp", mobile_otp=guess[0], email_otp=guess[1])

    def on_the_page_for_carrying_on(guess):
        visitor = own_portal.from_another().visitor()
        form = visitor.get("/resume")
        fields = {"iec": posts.registrant.iec, "gstin": posts.registrant.gstin, "captcha": own_portal.captcha}
        return lambda: visitor.submit(form, "/resume", **fields, mobile_otp=guess[0], email_otp=guess[1])

    ways = [on_the_live_page, on_the_page_for_carrying_on]
    answers = all_at_once([way(guess) for guess in guesses for way in ways])
    # A machine that is busy may send some away, and says so.
    assert {answer.status for answer in answers} <= {422, 503}
    parts = [answers[0::2], answers[1::2]]
    live, carried_on = ([answer.text for answer in part if answer.status == 422] for part in parts)
    assert sum("OTP is not correct" in text for text in live) == 5
    assert all("OTP is not correct" in text or NO_TRY_LEFT in text for text in live)
    assert all(REFUSED in text for text in carried_on)
    [pair] = database.otp_pairs(posts.registrant)
    assert (pair.live_tries, pair.resume_tries, pair.end_reason) == (5, 5, None)
    assert submit_codes(posts, *codes).status == 422
    assert carry_on(own_portal, posts.registrant, codes, own_portal.captcha)[1].status == 422

    # The owner goes on with a new pair.
    visitor = posts.visitor
    visitor.submit(visitor.get("/register/otp"), "/register/otp/resend", new_pair="1")
    fresh = own_portal.messages.one_time_passwords(posts.registrant, after=codes)
    assert submit_codes(posts, *fresh).location == "/register/verified"


@pytest.mark.parametrize("page", ["live page", "page for carrying on"])
@pytest.mark.parametrize("purpose", ["registration", "alternate"])
def test_of_right_pairs_at_once_one_is_consumed_and_every_answer_leads_on(own_portal, database, page, purpose):
    """C3: five judged at most, one consumed."""
    posts = FormPosts(own_portal)
    posts.walk_to("/register/otp" if purpose == "registration" else "/register/verified")
    recipient, path, reached = posts.registrant, "/register/otp", "/register/verified"
    if purpose == "alternate":
        recipient, path, reached = Contacts.fresh(), "/register/alternate/otp", "/register/done"
        ask_for(posts, recipient)
    mobile, email = own_portal.messages.one_time_passwords(recipient)

    def submission():
        if page == "live page":
            visitor, form, action, fields = posts.visitor.at(own_portal.source), posts.visitor.get(path), path, {}
        else:
            visitor = own_portal.from_another().visitor()
            form, action = visitor.get("/resume"), "/resume"
            fields = {"iec": posts.registrant.iec, "gstin": posts.registrant.gstin}
        return visitor, lambda: visitor.submit(form, action, mobile_otp=mobile, email_otp=email, **fields)

    visitors, submissions = zip(*[submission() for _ in range(32)])
    answers = all_at_once(submissions)
    assert {(answer.status, answer.location) for answer in answers} == {(303, reached)}
    assert {visitor.get(reached).status for visitor in visitors} == {200}
    pairs = database.otp_pairs(posts.registrant, purpose)
    assert [pair.end_reason for pair in pairs] == ["consumed"]
    if purpose == "registration":
        finishing = visitors[-1].get("/register/finish")
        assert visitors[-1].submit(finishing, "/register/finish").location == "/register/done"
        assert {visitor.get("/register/done").status for visitor in visitors} == {200}
    accounts = database.value(
        f"SELECT COUNT(*) FROM accounts WHERE iec = '{posts.registrant.iec}' AND gstin = '{posts.registrant.gstin}'"
    )
    assert accounts == "1"
    assert database.broken_invariants() == []
