"""Case 1.2 of the advisory: other contacts before the end, with the advisory's words."""

import csv
import re
import time

import pytest
from playwright.sync_api import expect

from addresses import DistantPortal
from change_of_contacts import DONE, SENT, Contacts, ask_for, other_code, submit_codes
from form_posts import FormPosts
from registration import Registration
from sample_master import MASTER

WRONG = "Entered {} OTP is not correct. Please try again with correct OTP."
DONE_WITHOUT_A_CHANGE = (
    "OTP verify successfully. Your icegate id and password generated successfully"
    " and please login with your credentials. Your ICEGATE ID is {}"
)
MISSING = {"alternate_email": "Enter the e-mail ID.", "alternate_mobile": "Enter the mobile number."}
MOBILE_FORM = "Mobile number must have 10 digits and begin with 6, 7, 8 or 9."


def is_done(registration: Registration, text: str) -> None:
    registration.is_at("/register/done")
    expect(registration.main.get_by_role("status")).to_have_text(text.format(registration.icegate_id))


def shows_contacts(registration: Registration, contacts: Contacts) -> None:
    """The page of the account, after a login, has these contacts and no others."""
    registration.log_in()
    registration.is_at("/account")
    for term, value in zip(["Email ID", "Mobile Number"], contacts.masked):
        described = registration.main.locator("dt", has_text=term).locator("xpath=following-sibling::dd")
        expect(described).to_have_text(value)


def to_alternate_otps(registration: Registration, contacts: Contacts) -> None:
    registration.fill(alternate_email=contacts.email, alternate_mobile=contacts.mobile)
    registration.submit()
    registration.is_at("/register/alternate/otp")


def texts_to(portal, recipient: str, word: str, seconds: float = 10) -> list[str]:
    """The messages to a recipient with a word in them, once there is one."""
    deadline = time.monotonic() + seconds
    while not (found := [text for path in portal.messages.to(recipient) if word in (text := path.read_text("utf-8"))]):
        assert time.monotonic() < deadline, f"nothing with {word!r} came to {recipient}"
        time.sleep(0.05)
    return found


def test_new_contacts_are_proven_and_become_those_of_the_account(own_registration, own_portal, database):
    """C33: both are told."""
    registration, page, registrant = own_registration, own_registration.page, own_registration.registrant
    contacts = Contacts.fresh()
    registration.begin_at("/register/verified")
    registration.says("If you want to change your email id and mobile number, Please Click here")
    registration.main.get_by_role("link", name="Click here").click()

    registration.is_at("/register/alternate")
    for label in ["Alternate Email ID", "Alternate Mobile Number"]:
        expect(page.get_by_label(label, exact=True)).to_be_editable()
    to_alternate_otps(registration, contacts)
    expect(registration.main.get_by_role("status")).to_have_text(SENT)
    for label in ["Enter Alternate Mobile OTP", "Enter Alternate Email OTP"]:
        expect(page.get_by_label(label, exact=True)).to_be_editable()
    assert database.account(registration.icegate_id) is None

    mobile, email = own_portal.messages.one_time_passwords(contacts)
    assert mobile != email
    for wrong, right, codes in [("mobile", "email", (other_code(mobile), email)), ("email", "mobile", (mobile, ""))]:
        registration.fill_one_time_passwords(*codes)
        registration.submit()
        registration.is_at("/register/alternate/otp")
        registration.alerts(WRONG.format(wrong))
        registration.says_beside(f"{wrong}_otp", WRONG.format(wrong))
        expect(registration.field(f"{right}_otp")).not_to_have_attribute("aria-invalid", "true")
    registration.fill_one_time_passwords(mobile, email)
    registration.submit()
    is_done(registration, DONE)

    assert database.account(registration.icegate_id) == (contacts.email, contacts.mobile)
    shows_contacts(registration, contacts)
    for old in [registrant.email, registrant.mobile]:
        told = texts_to(own_portal, old, "were changed")
        assert len(told) == 1 and registration.icegate_id in told[0]
    assert registration.icegate_id in texts_to(own_portal, contacts.email, "complete")[0]


def test_the_master_keeps_its_contacts(own_portal, database):
    posts = FormPosts(own_portal)
    posts.walk_to("/register/verified")
    contacts = Contacts.fresh()
    ask_for(posts, contacts)
    answer = submit_codes(posts, *own_portal.messages.one_time_passwords(contacts))
    assert (answer.status, answer.location) == (303, "/register/done")
    with MASTER.open(newline="", encoding="utf-8") as file:
        loaded = {(row["iec"], row["gstin"]): [row["email"], row["mobile"]] for row in csv.DictReader(file)}
    registrant = posts.registrant
    [held] = database.rows(
        f"SELECT email, mobile FROM master_entries WHERE iec = '{registrant.iec}' AND gstin = '{registrant.gstin}'"
    )
    assert held == loaded[registrant.iec, registrant.gstin] == [registrant.email, registrant.mobile]
    assert database.account(posts.icegate_id) == (contacts.email, contacts.mobile)
    assert database.broken_invariants() == []


def test_both_contacts_and_both_otps_are_mandatory(own_registration, own_portal, database):
    registration = own_registration
    registration.begin_at("/register/verified")
    registration.page.goto("/register/alternate")
    registration.submit()
    for name, text in MISSING.items():
        registration.alerts(text)
        registration.says_beside(name, text)
    contacts = Contacts.fresh()
    for name, value in {"alternate_email": contacts.email, "alternate_mobile": contacts.mobile}.items():
        [other] = MISSING.keys() - {name}
        registration.fill(**{name: value, other: ""})
        registration.submit()
        registration.is_at("/register/alternate")
        registration.says_beside(other, MISSING[other])
        expect(registration.field(name)).to_have_value(value)
        expect(registration.field(name)).not_to_have_attribute("aria-invalid", "true")
    assert database.otp_pairs(registration.registrant, "alternate") == []

    to_alternate_otps(registration, contacts)
    own_portal.messages.one_time_passwords(contacts)
    registration.submit()
    for channel in ["mobile", "email"]:
        registration.says_beside(f"{channel}_otp", WRONG.format(channel))


@pytest.mark.parametrize(
    "mobile",
    ["9587854", "1234567890", "5876543210", "98765432101", "+1 9876543210", "0091 9876543210", "98765abcde"]
    + ["९८७६५४३२१०", "9876543210;7876543210", "9876543210&to=7876543210", "9876543210\n7876543210", "1800111999"],
)
def test_what_is_no_indian_mobile_number_is_refused_and_stays_in_its_field(proven, mobile):
    """A9, C29: refused, or one request with one number."""
    contacts = Contacts.fresh()
    answer = ask_for(proven, Contacts(contacts.email, mobile))
    assert answer.status == 422 and MOBILE_FORM in answer.text
    assert f'value="{contacts.email}"' in answer.text


@pytest.mark.parametrize("email", ["nobody", "a@b", "a@b.in,c@d.in", "a b@example.com", "x" * 39 + "@example.com"])
def test_what_is_no_email_address_is_refused(proven, email):
    """A6, A7: 422, nothing sent."""
    answer = ask_for(proven, Contacts(email, Contacts.fresh().mobile))
    assert answer.status == 422 and 'id="alternate_email-error"' in answer.text
    assert 'id="alternate_mobile-error"' not in answer.text


@pytest.fixture(scope="module")
def proven(portal) -> FormPosts:
    """A registration that stands before Finish, for what changes nothing."""
    posts = FormPosts(portal)
    posts.walk_to("/register/verified")
    return posts


def test_a_number_is_read_as_people_write_it(own_portal):
    posts = FormPosts(own_portal)
    posts.walk_to("/register/verified")
    contacts = Contacts.fresh()
    written = f"+91 {contacts.mobile[:5]}-{contacts.mobile[5:]}"
    assert ask_for(posts, Contacts(contacts.email, written)).location == "/register/alternate/otp"
    own_portal.messages.one_time_passwords(contacts)


def test_the_contacts_that_were_verified_are_no_change(proven):
    """C31: told of one's own; nothing of others."""
    answer = ask_for(proven, Contacts(proven.registrant.email, proven.registrant.mobile))
    assert answer.status == 422 and "press Finish to keep them" in answer.text


def test_finish_after_a_change_that_was_begun_keeps_the_old_contacts(own_registration, own_portal, database):
    """C32: the old contacts stay."""
    registration, registrant = own_registration, own_registration.registrant
    contacts = Contacts.fresh()
    registration.begin_at("/register/verified")
    registration.page.goto("/register/alternate")
    to_alternate_otps(registration, contacts)
    codes = own_portal.messages.one_time_passwords(contacts)
    registration.main.get_by_role("link", name="Change e-mail and mobile number").click()
    registration.is_at("/register/alternate")
    if registration.scripts:
        # The link that asks on a page of its own: here the browser's confirm box is on the page before.
        registration.main.get_by_role("button", name="Finish").click()
        registration.is_at("/register/finish")
        registration.submit("OK")
    else:
        registration.finish()
    is_done(registration, DONE_WITHOUT_A_CHANGE)
    assert database.account(registration.icegate_id) == (registrant.email, registrant.mobile)

    registration.page.goto("/register/alternate/otp")
    registration.is_at("/register/done")
    shows_contacts(registration, Contacts(registrant.email, registrant.mobile))
    assert database.otp_pairs(registrant, "alternate")[0].end_reason == "superseded"
    resumed = own_portal.visitor()
    answer = resumed.submit(
        resumed.get("/resume"),
        "/resume",
        iec=registrant.iec,
        gstin=registrant.gstin,
        mobile_otp=codes[0],
        email_otp=codes[1],
    )
    assert answer.status == 422
    assert database.account(registration.icegate_id) == (registrant.email, registrant.mobile)


def test_the_page_of_the_verified_otps_offers_finish_while_a_change_is_pending(own_registration, own_portal):
    registration = own_registration
    registration.posts.walk_to("/register/verified")
    ask_for(registration.posts, Contacts.fresh())
    registration.take_session(registration.posts)
    registration.page.goto("/register/verified")
    registration.is_at("/register/verified")
    registration.finish()
    is_done(registration, DONE_WITHOUT_A_CHANGE)


def test_mistyped_contacts_are_replaced_and_their_otps_are_worth_nothing(own_registration, own_portal, database):
    """C7: refused."""
    registration = own_registration
    mistyped, meant = Contacts.fresh(), Contacts.fresh()
    registration.posts.walk_to("/register/verified")
    ask_for(registration.posts, mistyped)
    old = own_portal.messages.one_time_passwords(mistyped)
    registration.take_session(registration.posts)
    registration.page.goto("/register/alternate/otp")
    registration.main.get_by_role("link", name="Change e-mail and mobile number").click()
    registration.is_at("/register/alternate")
    to_alternate_otps(registration, meant)
    expect(registration.main.get_by_role("status")).to_have_text(SENT)
    codes = own_portal.messages.one_time_passwords(meant)
    registration.fill_one_time_passwords(*old)
    registration.submit()
    registration.is_at("/register/alternate/otp")
    registration.alerts("OTP is not correct")
    registration.fill_one_time_passwords(*codes)
    registration.submit()
    is_done(registration, DONE)
    assert database.account(registration.icegate_id) == (meant.email, meant.mobile)


def test_the_otps_of_the_master_contacts_prove_no_alternate_contacts(own_portal):
    """C7: refused."""
    posts = FormPosts(own_portal)
    posts.walk_to("/register/verified")
    first = own_portal.messages.one_time_passwords(posts.registrant)
    contacts = Contacts.fresh()
    ask_for(posts, contacts)
    mobile, email = own_portal.messages.one_time_passwords(contacts)
    for codes in [first, (email, mobile)]:
        answer = submit_codes(posts, *codes)
        assert answer.status == 422 and WRONG.format("mobile") in answer.text and WRONG.format("email") in answer.text
    assert submit_codes(posts, mobile, email).location == "/register/done"


def new_codes_after_five_wrong_tries(own_portal) -> tuple[FormPosts, Contacts, tuple[str, str]]:
    """Who has used up the tries of the first pair, and asked for a second one with the page's button."""
    posts = FormPosts(own_portal)
    posts.walk_to("/register/verified")
    contacts = Contacts.fresh()
    ask_for(posts, contacts)
    first = own_portal.messages.one_time_passwords(contacts)
    for _ in range(5):
        assert submit_codes(posts, *map(other_code, first)).status == 422
    answer = submit_codes(posts, *first)
    assert answer.status == 422 and "ask for new ones with the button Send new OTPs" in answer.text
    assert posts.visitor.submit(answer, "/register/alternate/otp/resend").location == "/register/alternate/otp"
    return posts, contacts, own_portal.messages.one_time_passwords(contacts, after=first)


def test_after_five_wrong_tries_again_the_contacts_are_entered_again_at_most_three_times(own_portal, database):
    posts, contacts, second = new_codes_after_five_wrong_tries(own_portal)
    for _ in range(5):
        assert submit_codes(posts, *map(other_code, second)).status == 422
    assert ask_for(posts, contacts).location == "/register/alternate/otp"
    third = own_portal.messages.one_time_passwords(contacts, after=second)
    for _ in range(5):
        answer = submit_codes(posts, *map(other_code, third))
    assert answer.status == 422 and "Press Finish to keep the verified ones" in answer.text
    assert "Send new OTPs" not in answer.text
    pairs = database.otp_pairs(posts.registrant, "alternate")
    assert [pair.end_reason for pair in pairs] == ["superseded", "superseded", None]
    assert [pair.live_tries for pair in pairs] == [5, 5, 5]


def test_new_codes_after_five_wrong_tries_prove_the_contacts(own_portal, database):
    posts, _, second = new_codes_after_five_wrong_tries(own_portal)
    assert submit_codes(posts, *second).location == "/register/done"
    pairs = database.otp_pairs(posts.registrant, "alternate")
    assert [pair.end_reason for pair in pairs] == ["superseded", "consumed"] and pairs[0].live_tries == 5


def test_a_registration_has_three_changes_and_finish_afterwards(own_portal, database):
    """C29, C30: quotas for number, address, registration; Indian mobiles alone; an alarm."""
    posts = FormPosts(own_portal)
    posts.walk_to("/register/verified")
    for _ in range(3):
        assert ask_for(posts, Contacts.fresh()).location == "/register/alternate/otp"
    answer = ask_for(posts, Contacts.fresh())
    assert answer.status == 422 and "Press Finish to keep the verified ones" in answer.text
    form = posts.visitor.get("/register/finish")
    assert posts.visitor.submit(form, "/register/finish").location == "/register/done"
    assert database.account(posts.icegate_id) == (posts.registrant.email, posts.registrant.mobile)


@pytest.mark.parametrize("other", [Contacts.with_other_email, Contacts.with_other_mobile], ids=["number", "address"])
def test_the_fourth_send_to_one_contact_within_ten_minutes_is_refused(own_portal, database, other):
    """C29, C30: quotas for number, address, registration; Indian mobiles alone; an alarm."""
    contacts = Contacts.fresh()
    kept = contacts.mobile if other is Contacts.with_other_email else contacts.email
    # Each from an address of its own and for a registration of its own: the contact alone is what they share.
    senders = [FormPosts(own_portal.from_another()) for _ in range(4)]
    for posts in senders:
        posts.walk_to("/register/verified")
    for count, posts in enumerate(senders[:3], 1):
        assert ask_for(posts, contacts := other(contacts)).location == "/register/alternate/otp"
        own_portal.messages.wait_for(kept, count)
    refused = ask_for(senders[3], other(contacts))
    assert refused.status == 429
    # Three in ten minutes: it is possible again when they have passed.
    assert 0 < int(refused.headers["retry-after"]) <= 600
    assert database.otp_pairs(senders[3].registrant, "alternate") == []
    assert len(own_portal.messages.to(kept)) == 3

    fresh = Contacts.fresh()
    assert ask_for(senders[3], fresh).location == "/register/alternate/otp"
    codes = own_portal.messages.one_time_passwords(fresh)
    assert submit_codes(senders[3], *codes).location == "/register/done"


def test_the_eleventh_send_from_one_address_within_an_hour_is_refused(own_portal: DistantPortal):
    """C29, C30: quotas for number, address, registration; Indian mobiles alone; an alarm."""
    # A registration has three pairs of OTPs for alternate contacts.
    for sends in [3, 3, 3, 1]:
        posts = FormPosts(own_portal)
        posts.walk_to("/register/verified")
        for _ in range(sends):
            assert ask_for(posts, Contacts.fresh()).location == "/register/alternate/otp"
    refused = ask_for(posts, Contacts.fresh())
    assert refused.status == 429
    assert 0 < int(refused.headers["retry-after"]) <= 3600
    posts.visitor = posts.visitor.at(own_portal.from_another().source)
    assert ask_for(posts, Contacts.fresh()).location == "/register/alternate/otp"


def test_the_same_contacts_twice_in_one_instant_are_sent_to_once(own_portal, database):
    posts = FormPosts(own_portal)
    posts.walk_to("/register/verified")
    contacts = Contacts.fresh()
    for _ in range(5):
        assert ask_for(posts, contacts).location == "/register/alternate/otp"
    codes = own_portal.messages.one_time_passwords(contacts)
    assert len(database.otp_pairs(posts.registrant, "alternate")) == 1
    assert len(own_portal.messages.to(contacts.mobile)) == len(own_portal.messages.to(contacts.email)) == 1
    assert re.fullmatch(r"\d{6}", codes[0]) and submit_codes(posts, *codes).location == "/register/done"
