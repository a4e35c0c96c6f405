"""Sending again: the same OTPs, a minute apart, five times at most, and new ones where the tries are used up.

On the clock that the tests move: no test waits.
"""

import time
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from carrying_on import carry_on
from change_of_contacts import Contacts, ask_for, other_code
from form_posts import FormPosts
from registration import OTP_SENT
from visitor import Answer

NO_TRY_LEFT = "No try is left"
AS_OFTEN_AS_POSSIBLE = "They were sent as often as is possible."


class OTPPage:
    """The page of a registration's OTPs, by form posts."""

    def __init__(self, posts: FormPosts, portal, path: str = "/register/otp", recipient=None):
        self.posts = posts
        self.first = posts.visitor.get(path)
        self._messages = portal.messages
        self._path = path
        self._recipient = recipient or posts.registrant
        self.codes = self._messages.one_time_passwords(self._recipient)

    def look(self) -> str:
        return self.posts.visitor.get(self._path).text

    def resend(self, **fields: str) -> Answer:
        # The first page's form: a later page may have none.
        return self.posts.visitor.submit(self.first, f"{self._path}/resend", **fields)

    def ask_for_new_ones(self) -> Answer:
        return self.resend(new_pair="1")

    def submit(self, mobile: str, email: str) -> Answer:
        return self.posts.visitor.submit(self.first, self._path, mobile_otp=mobile, email_otp=email)

    def use_up_the_tries(self, tries: int = 5) -> None:
        for _ in range(tries):
            assert self.submit(*map(other_code, self.codes)).status == 422

    def take_new_codes(self) -> None:
        self.codes = self._messages.one_time_passwords(self._recipient, after=self.codes)

    def sent_to(self, recipient: str, count: int, seconds: float = 20) -> list[str]:
        """What was sent with an OTP in it, once it is as much as that."""
        deadline = time.monotonic() + seconds
        code = self.codes[0 if recipient == self._recipient.mobile else 1]
        while True:
            texts = [path.read_text("utf-8") for path in self._messages.to(recipient)]
            if len(found := [text for text in texts if code in text]) >= count:
                return found
            assert time.monotonic() < deadline, f"{len(found)} of {count} messages came to {recipient}"
            time.sleep(0.05)


def went(answer: Answer, path: str = "/register/otp") -> bool:
    return (answer.status, answer.location) == (303, path)


def indian(moment: datetime) -> str:
    return f"{moment + timedelta(hours=5, minutes=30):%H:%M} IST"


def indian_day(moment: datetime) -> str:
    return f"{moment + timedelta(hours=5, minutes=30):%d-%m-%Y, %H:%M} IST"


@pytest.fixture
def otp_page(timed_portal) -> OTPPage:
    posts = FormPosts(timed_portal)
    posts.walk_to("/register/otp")
    return OTPPage(posts, timed_portal)


@pytest.mark.parametrize(("seconds", "wait"), [(5, 55), (30, 30), (59, 1)])
def test_before_a_minute_has_passed_nothing_is_sent(clock, timed_database, otp_page, seconds, wait):
    [pair] = timed_database.otp_pairs(otp_page.posts.registrant)
    clock.set(pair.generated_at + timedelta(seconds=seconds))
    answer = otp_page.resend()
    assert (answer.status, answer.headers["retry-after"]) == (429, str(wait))
    assert timed_database.otp_pairs(otp_page.posts.registrant) == [pair]
    assert f"They can be sent again at {indian(pair.generated_at + timedelta(minutes=1))}." in otp_page.look()
    clock.set(pair.generated_at + timedelta(seconds=60))
    assert went(otp_page.resend())
    assert [pair.sends for pair in timed_database.otp_pairs(otp_page.posts.registrant)] == [2]


def test_a_double_click_is_no_second_wish(clock, timed_database, otp_page):
    clock.pass_by(seconds=61)
    assert went(otp_page.resend())
    clock.pass_by(seconds=1)
    assert went(otp_page.resend())
    assert [pair.sends for pair in timed_database.otp_pairs(otp_page.posts.registrant)] == [2]


def test_the_same_otps_are_sent_five_times_at_most_and_end_when_they_would_have(clock, timed_database, otp_page):
    """C4: the same codes, the same tries."""
    registrant = otp_page.posts.registrant
    [first] = timed_database.otp_pairs(registrant)
    assert "Sends left: 4" in otp_page.look()
    for sends in [2, 3, 4, 5]:
        clock.pass_by(seconds=61)
        assert went(otp_page.resend())
        text = otp_page.look()
        assert (f"Sends left: {5 - sends}" in text) == (sends < 5)
    for recipient in [registrant.mobile, registrant.email]:
        # Each has the very same text, its time of expiry included.
        assert len(set(otp_page.sent_to(recipient, 5))) == 1
    clock.pass_by(seconds=61)
    sixth = otp_page.resend()
    assert sixth.status == 422 and "The OTPs cannot be sent again" in sixth.text
    assert AS_OFTEN_AS_POSSIBLE in otp_page.look()
    [last] = timed_database.otp_pairs(registrant)
    assert (last.sends, last.expires_at) == (5, first.expires_at)
    assert went(otp_page.submit(*otp_page.codes), "/register/verified")


def test_wrong_tries_are_not_given_back(clock, timed_portal, timed_database, otp_page):
    """C4: the same codes, the same tries."""
    otp_page.use_up_the_tries(3)
    carry_on(timed_portal, otp_page.posts.registrant, tuple(map(other_code, otp_page.codes)))
    clock.pass_by(seconds=61)
    assert went(otp_page.resend())
    assert "<dt>Tries left</dt><dd>2</dd>" in otp_page.look()
    otp_page.use_up_the_tries(2)
    answer = otp_page.submit(*otp_page.codes)
    assert answer.status == 422 and NO_TRY_LEFT in answer.text
    [pair] = timed_database.otp_pairs(otp_page.posts.registrant)
    assert (pair.live_tries, pair.resume_tries, pair.sends) == (5, 1, 2)
    # A message with OTPs that nobody can use would only mislead.
    clock.pass_by(seconds=61)
    otp_page.resend()
    assert timed_database.otp_pairs(otp_page.posts.registrant)[0].sends == 2


def test_new_otps_come_when_the_tries_are_used_up_and_have_two_hours_of_their_own(
    clock, timed_portal, timed_database, otp_page
):
    registrant = otp_page.posts.registrant
    # Before that there are none.
    clock.pass_by(seconds=61)
    early = otp_page.ask_for_new_ones()
    assert early.status == 422 and "New OTPs can be sent when no try is left for these." in early.text
    assert len(timed_database.otp_pairs(registrant)) == 1
    otp_page.use_up_the_tries()
    clock.pass_by(seconds=840)
    assert "Send new OTPs" in otp_page.look()
    assert went(otp_page.ask_for_new_ones())
    old = otp_page.codes
    otp_page.take_new_codes()
    first, second = timed_database.otp_pairs(registrant)
    assert first.end_reason == "superseded"
    assert second.expires_at - second.generated_at == timedelta(hours=2)
    assert second.expires_at > first.expires_at + timedelta(minutes=14)
    answer = otp_page.submit(*old)
    assert answer.status == 422
    clock.set(second.generated_at + timedelta(seconds=7_199))
    assert carry_on(timed_portal, registrant, old)[1].status == 422
    answer = carry_on(timed_portal, registrant, otp_page.codes, timed_portal.captcha)[1]
    assert went(answer, "/register/verified")


def test_a_registration_has_three_pairs_of_otps_at_most(clock, timed_portal, timed_database, otp_page):
    registrant = otp_page.posts.registrant
    for _ in range(2):
        otp_page.use_up_the_tries()
        clock.pass_by(seconds=10)
        assert went(otp_page.ask_for_new_ones())
        otp_page.take_new_codes()
    otp_page.use_up_the_tries()
    clock.pass_by(seconds=61)
    text = otp_page.look()
    assert "Send new OTPs" not in text and "Send the OTPs again" not in text
    last = timed_database.otp_pairs(registrant)[-1]
    assert NO_TRY_LEFT in text and f"It can be begun again at {indian_day(last.expires_at)}" in text
    otp_page.ask_for_new_ones()
    assert [pair.live_tries for pair in timed_database.otp_pairs(registrant)] == [5, 5, 5]
    # The page for carrying on counts its own tries: who has the right OTPs is not stuck.
    assert went(carry_on(timed_portal, registrant, otp_page.codes)[1], "/register/verified")


def test_the_otps_of_alternate_contacts_are_sent_again_within_the_quota_of_the_contacts(
    clock, timed_portal, timed_database
):
    posts = FormPosts(timed_portal)
    posts.walk_to("/register/verified")
    contacts = Contacts.fresh()
    path = "/register/alternate/otp"
    assert went(ask_for(posts, contacts), path)
    otp_page = OTPPage(posts, timed_portal, path, contacts)
    [pair] = timed_database.otp_pairs(posts.registrant, "alternate")
    clock.set(pair.generated_at + timedelta(seconds=30))
    answer = otp_page.resend()
    assert (answer.status, answer.headers["retry-after"]) == (429, "30")
    for seconds in [61, 122]:
        clock.set(pair.generated_at + timedelta(seconds=seconds))
        assert went(otp_page.resend(), path)
    for recipient in [contacts.mobile, contacts.email]:
        assert len(set(otp_page.sent_to(recipient, 3))) == 1
    # Three sends in ten minutes, whatever the pair would bear.
    clock.set(pair.generated_at + timedelta(minutes=4))
    answer = otp_page.resend()
    assert answer.status == 429
    assert 350 < int(answer.headers["retry-after"]) <= 360
    clock.set(pair.generated_at + timedelta(minutes=10, seconds=1))
    assert went(otp_page.resend(), path)
    assert [pair.sends for pair in timed_database.otp_pairs(posts.registrant, "alternate")] == [4]
    assert went(otp_page.submit(*otp_page.codes), "/register/done")


def test_the_page_says_when_the_otps_can_be_sent_again_and_how_far_they_are(clock, timed_portal, timed_registration):
    registration = timed_registration
    registration.begin_at("/register/otp")
    registration.one_time_passwords()
    registration.page.reload()
    registration.says(OTP_SENT, "Sends left: 4", f"The OTPs hold until{indian_day(clock.now + timedelta(hours=2))}")
    handed_over = registration.main.get_by_text(f"Handed over at {indian(clock.now)}")
    expect(handed_over).to_have_count(2)
    if registration.scripts:
        button = registration.main.get_by_role("button", name="Send the OTPs again in")
        expect(button).to_be_disabled()
        # Chromium counts by its own clock.
        expect(button).to_have_text("Send the OTPs again in 0:58")
    registration.says(f"They can be sent again at {indian(clock.now + timedelta(minutes=1))}.")
    clock.pass_by(seconds=30)
    if not registration.scripts:
        registration.submit("Send the OTPs again")
        expect(registration.page.get_by_role("alert")).to_contain_text("Please wait")
        registration.page.goto("/register/otp")
    clock.pass_by(seconds=31)
    registration.page.reload()
    registration.submit("Send the OTPs again")
    registration.is_at("/register/otp")
    registration.says(OTP_SENT, "Sends left: 3")
