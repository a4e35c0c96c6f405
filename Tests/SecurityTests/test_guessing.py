"""Guessing and finding out: OTPs, passwords, names, captchas."""

import hashlib
import re
import secrets
import time

import pytest

import forms
from at_once import all_at_once
from carrying_on import carry_on
from change_of_contacts import Contacts, ask_for, other_code
from form_posts import FormPosts
from visitor import Answer


def codes(form: forms.Form, portal) -> tuple[str, str]:
    return portal.messages.one_time_passwords(form.posts.registrant)


def tries(database, form: forms.Form) -> tuple[int, int]:
    """Those on the page of the registration and on the one for carrying on."""
    [pair] = database.otp_pairs(form.posts.registrant)
    return pair.live_tries, pair.resume_tries


def same_page(answers: list[Answer], *typed: str) -> bool:
    """Status, headers but date and cookies' values, and text apart from tokens and what was typed."""

    def outline(answer: Answer) -> tuple:
        text = re.sub(r"\b[0-9a-f]{64,}\b", "TOKEN", answer.text)
        for value in typed:
            text = text.replace(value, "TYPED")
        return answer.status, sorted(answer.headers.keys() - {"date"}), "set-cookie" in answer.headers, text

    return len({str(outline(answer)) for answer in answers}) == 1


def test_the_sixth_try_is_refused_though_it_is_right(own_portal, database):
    """C1: and the pair stays dead for every other browser."""
    form = forms.before(own_portal, "/register/otp")
    mobile, email = codes(form, own_portal)
    for _ in range(5):
        assert form.submit(mobile_otp=other_code(mobile), email_otp=email).status == 422
    for _ in range(3):
        answer = form.submit(mobile_otp=mobile, email_otp=email)
        assert answer.status == 422 and "No try is left" in answer.text
    assert tries(database, form) == (5, 0)


def test_fifty_sessions_at_fifty_addresses_have_five_tries_between_them(own_portal, database):
    """C2: one after the other, on the page for carrying on, with every captcha right."""
    form = forms.before(own_portal, "/register/otp")
    mobile, email = codes(form, own_portal)
    for guess in range(50):
        wrong = (f"{(int(mobile) + 1 + guess) % 1_000_000:06}", email)
        assert carry_on(own_portal, form.posts.registrant, wrong, own_portal.captcha)[1].status == 422
    assert carry_on(own_portal, form.posts.registrant, (mobile, email), own_portal.captcha)[1].status == 422
    assert tries(database, form) == (0, 5)


def test_of_right_and_wrong_otps_at_once_five_are_judged_at_most_and_one_consumes(own_portal, database):
    """C3: twenty of them in one instant, through nginx."""
    for rights in [1, 4, 10]:
        form = forms.before(own_portal, "/register/otp")
        mobile, email = codes(form, own_portal)
        typed = [(mobile, email)] * rights + [(other_code(mobile), email)] * (20 - rights)
        secrets.SystemRandom().shuffle(typed)
        visitors = [form.visitor.at(own_portal.source) for _ in typed]
        answers = all_at_once(
            [
                lambda visitor=visitor, one=one: visitor.submit(
                    form.page, "/register/otp", mobile_otp=one[0], email_otp=one[1]
                )
                for visitor, one in zip(visitors, typed)
            ]
        )
        assert {answer.status for answer in answers} <= {303, 422}
        assert sum("Mobile OTP is not correct" in answer.text for answer in answers) <= 5
        [pair] = database.otp_pairs(form.posts.registrant)
        assert pair.live_tries <= 5
        assert (pair.end_reason == "consumed") == any(answer.status == 303 for answer in answers)
    assert database.broken_invariants() == []


def test_otps_that_were_used_are_worth_nothing_on_any_page(own_portal, database):
    """C5: the same page, carrying on, and the alternate contacts'."""
    posts = FormPosts(own_portal)
    posts.walk_to("/register/otp")
    used = own_portal.messages.one_time_passwords(posts.registrant)
    stranger = posts.visitor.at(own_portal.source)
    page = stranger.get("/register/otp")
    posts.walk_to("/register/verified")
    # The second half of a double click is led on for half a minute; here no cookie comes of it, or the same session.
    pairs = database.otp_pairs(posts.registrant)
    stranger.submit(page, "/register/otp", mobile_otp=used[0], email_otp=used[1])
    assert database.otp_pairs(posts.registrant) == pairs and pairs[0].end_reason == "consumed"
    ask_for(posts, Contacts.fresh())
    form = posts.visitor.get("/register/alternate/otp")
    answer = posts.visitor.submit(form, "/register/alternate/otp", mobile_otp=used[0], email_otp=used[1])
    assert answer.status == 422
    posts.walk_to("/register/done")
    # The same here: within half a minute the one that consumed them may come again.
    again, _ = carry_on(own_portal, posts.registrant, used)
    assert again.get("/register/verified").status == 303
    assert carry_on(own_portal.from_another(), posts.registrant, used, own_portal.captcha)[1].status == 422


def test_swapped_otps_and_one_of_them_twice_are_wrong(own_portal):
    """C6: each proves its own channel."""
    form = forms.before(own_portal, "/register/otp")
    mobile, email = codes(form, own_portal)
    for one, two in [(email, mobile), (mobile, mobile), (email, email)]:
        assert form.submit(mobile_otp=one, email_otp=two).status == 422
    assert form.submit(mobile_otp=mobile, email_otp=email).location == "/register/verified"


def test_the_otps_of_another_registration_are_wrong(own_portal):
    """C7: whosever they are."""
    mine, other = (forms.before(own_portal, "/register/otp") for _ in range(2))
    mobile, email = codes(other, own_portal)
    assert mine.submit(mobile_otp=mobile, email_otp=email).status == 422
    assert carry_on(own_portal, mine.posts.registrant, (mobile, email))[1].status == 422


@pytest.mark.parametrize("written", ["{:>7}x", "+{}", "{}0", "0x{}", "1e5", "", "{}\u200b", "\uff11{}"])
def test_what_is_no_otp_is_wrong_and_costs_a_try(own_portal, database, written):
    """C9: signs, lengths, other digits, nothing."""
    form = forms.before(own_portal, "/register/otp")
    mobile, email = codes(form, own_portal)
    assert form.submit(mobile_otp=written.format(mobile), email_otp=email).status == 422
    devanagari = "".join(chr(0x966 + int(digit)) for digit in mobile)
    assert form.submit(mobile_otp=devanagari, email_otp=email).status == 422
    assert tries(database, form) == (2, 0)


def test_wrong_temporary_passwords_are_counted_for_the_pair_whoever_types_them(own_portal, database):
    """C13: ten from ten addresses; then the right one waits as well, and reads as wrong; other pairs do not."""
    registrant, other = own_portal.registrants.fresh(), own_portal.registrants.fresh()

    def begin(one, password: str) -> Answer:
        visitor = own_portal.from_another().visitor()
        fields = {"iec": one.iec, "gstin": one.gstin, "password": password, "captcha": own_portal.captcha}
        return visitor.submit(visitor.get("/register"), "/register", **fields)

    refused = [begin(registrant, f"K7Q2-M9XT-{number:05}") for number in range(20)]
    assert {answer.status for answer in refused} == {422}
    right = begin(registrant, registrant.temporary_password)
    assert right.status == 422
    assert same_page([*refused, right], registrant.iec, registrant.gstin)
    assert begin(other, other.temporary_password).location == "/register/account"


def test_a_temporary_password_is_used_up_and_may_not_be_the_password(own_portal):
    """C14: neither as it was sent, nor in other letters, nor for a second account."""
    form = forms.before(own_portal, "/register/account")
    sent = form.posts.registrant.temporary_password
    plain = sent.replace("-", "")
    for password in [sent, sent.lower(), plain, plain.lower() + "!", plain.capitalize() + "-"]:
        assert form.submit(new_password=password, confirm_password=password).status == 422, password
    posts = FormPosts(own_portal)
    posts.walk_to("/register/done")
    visitor = own_portal.from_another().visitor()
    fields = {"iec": posts.registrant.iec, "gstin": posts.registrant.gstin, "captcha": own_portal.captcha}
    password = posts.registrant.temporary_password
    assert visitor.submit(visitor.get("/register"), "/register", password=password, **fields).status == 422
    fields = {"icegate_id": posts.icegate_id, "password": password}
    assert visitor.submit(visitor.get("/login"), "/login", **fields).status == 422


def test_a_stranger_with_public_numbers_shuts_nobody_out(own_portal):
    """C15: all tries of the page for carrying on are burnt; the owner goes on where they are."""
    form = forms.before(own_portal, "/register/otp")
    for _ in range(8):
        carry_on(own_portal, form.posts.registrant, ("111111", "222222"), own_portal.captcha)
    mobile, email = codes(form, own_portal)
    assert form.submit(mobile_otp=mobile, email_otp=email).location == "/register/verified"


def test_the_first_page_says_the_same_of_every_pair_that_is_not_proven(own_portal, account):
    """C16: unknown, known, another's GSTIN, registered: status, headers, cookies and text."""
    known, other = own_portal.registrants.fresh(), own_portal.registrants.fresh()
    pairs = [
        (known.iec, known.gstin),
        ("9999999999", known.gstin),
        (other.iec, known.gstin),
        (account.registrant.iec, account.registrant.gstin),
    ]
    for action, password in [
        ("/register", {"password": "K7Q2-M9XT-4CDEF"}),
        ("/temporary-password", {}),
        ("/forgot-id", {}),
    ]:
        answers = []
        for iec, gstin in pairs:
            visitor = own_portal.from_another().visitor()
            fields = {"iec": iec, "gstin": gstin, "captcha": own_portal.captcha} | password
            answers.append(visitor.submit(visitor.get(action), action, **fields))
            if answers[-1].status == 303:
                answers[-1].headers["location"] = answers[-1].location
        # A GSTIN holds the PAN, which many an IEC is: the longer ones go first.
        typed = sorted({value for pair in pairs for value in pair}, key=len, reverse=True)
        assert same_page(answers, *typed), action


def test_names_that_are_taken_are_told_twenty_times_an_hour(own_portal, account):
    """C18: behind the first step alone, and then 429 with the time to wait."""
    form = forms.before(own_portal, "/register/account")
    for number in range(20):
        name = account.icegate_id if number % 2 else f"FREE-{secrets.token_hex(6)}"
        assert form.submit(icegate_id=name, confirm_password="x").status == 422
    answer = form.submit(icegate_id=f"FREE-{secrets.token_hex(6)}", confirm_password="x")
    assert answer.status == 429 and int(answer.headers["retry-after"]) > 3_000
    stranger = own_portal.visitor()
    fields = {"icegate_id": account.icegate_id, "form_token": "0" * 64}
    assert stranger.post("/register/account", fields).status == 403


def test_login_and_carrying_on_treat_unknown_ones_like_known_ones(own_portal, account):
    """C19: captcha, waits and words."""
    runs = []
    for name in [account.icegate_id, f"NOBODY-{secrets.token_hex(6)}"]:
        form = forms.before(own_portal, "/login")
        run = []
        for _ in range(8):
            answer = form.submit(icegate_id=name, password="Wrong-Password-1!")
            words = re.sub(r"\d\d:\d\d", "TIME", re.sub(r"\b[0-9a-f]{64,}\b", "", answer.text.replace(name, "")))
            run.append((answer.status, answer.headers.get("retry-after"), words))
        runs.append(run)
    assert runs[0] == runs[1]
    assert [status for status, *_ in runs[0]][-1] == 429


def test_one_password_for_many_names_asks_the_address_for_a_captcha(own_portal, account):
    """C21: spraying: after ten refusals, whatever names; a stuffed list needs a captcha for each."""
    visitor = own_portal.visitor()
    asked = []
    for number in range(12):
        page = visitor.get("/login")
        asked.append('name="captcha"' in page.text)
        fields = {"icegate_id": f"SPRAY-{secrets.token_hex(5)}", "password": "Summer-Monsoon-2026"}
        visitor.submit(page, "/login", **fields)
    assert asked == [False] * 10 + [True] * 2
    fields = {"icegate_id": account.icegate_id, "password": account.password}
    assert visitor.submit(visitor.get("/login"), "/login", **fields).status == 422
    right = visitor.submit(visitor.get("/login"), "/login", captcha=own_portal.captcha, **fields)
    assert right.location == "/account"


# 128 characters that repeat nothing.
LONG = ("Aq-" + "".join(hashlib.sha256(bytes([number])).hexdigest() for number in range(2)))[:128]
PASSWORDS = {
    "Ab1!" * 2 + "Ab1": False, "Ab1!" * 3: False, "Quiet-Harbour-77": True, LONG: True, LONG + "x": False,
    "Aa1-" + "x" * 1_000: False, "Aa1-" + "x" * 4_000: False, "Quiet-\u0000Harbour-77": False, " " * 20: False,
    "Quiet-Harbour-77\u0007": False, "Caf\u00e9-Chikmagalur-1": True, "\U0001f600-Quiet-Harbour-77": True,
}  # fmt: skip


def test_passwords_at_every_limit_are_told_what_is_wrong_or_taken_whole(own_portal):
    """C22: through nginx, with the account that comes of it."""
    form = forms.before(own_portal, "/register/account")
    for password, is_good in PASSWORDS.items():
        answer = form.submit(new_password=password, confirm_password=password, icegate_id="")
        assert answer.status == 422
        [field] = re.findall(r'<input[^>]*name="new_password"[^>]*>', answer.text)
        assert ('aria-invalid="true"' in field) != is_good, repr(password)
    long = LONG[:-1]
    posts = FormPosts(own_portal)
    posts.password = long
    posts.walk_to("/register/done")
    for wrong in [long[:72], long[:-1], long + "x", long[:-1] + "Z", long.lower()]:
        visitor = own_portal.from_another().visitor()
        fields = {"icegate_id": posts.icegate_id, "password": wrong, "captcha": own_portal.captcha}
        assert visitor.submit(visitor.get("/login"), "/login", **fields).status in (422, 429)
    visitor = own_portal.from_another().visitor()
    fields = {"icegate_id": posts.icegate_id, "password": long, "captcha": own_portal.captcha}
    assert visitor.submit(visitor.get("/login"), "/login", **fields).location == "/account"


def test_pages_go_on_while_two_hundred_logins_hash(own_portal):
    """C23: long passwords, all at once; beyond the queue 503, with the time to come back."""

    def login(number: int):
        visitor = own_portal.from_another().visitor()
        page = visitor.get("/login")
        fields = {"icegate_id": f"FLOOD-{secrets.token_hex(6)}", "password": "x" * 1_000}
        return lambda: visitor.submit(page, "/login", **fields)

    def look():
        time.sleep(0.3)
        started = time.monotonic()
        status = own_portal.from_another().visitor().get("/").status
        return status, time.monotonic() - started

    found = all_at_once([login(number) for number in range(200)] + [look] * 5)
    logins, looks = found[:200], found[200:]
    assert {answer.status for answer in logins} <= {422, 503}
    assert all("retry-after" in answer.headers for answer in logins if answer.status == 503)
    assert sum(answer.status == 422 for answer in logins) >= 20
    assert [status for status, _ in looks] == [200] * 5
    assert max(seconds for _, seconds in looks) < 10


@pytest.mark.parametrize(
    "password",
    [
        "Icegate@12345",
        "Password@12345",
        "Customs-Harbour-1",
        "Qwerty@123456",
        "Welcome@12345",
        "Passw0rd@1234",
        "Admin@1234567",
    ],
)
def test_passwords_that_are_tried_first_are_refused_with_the_reason(own_portal, password):
    """C24: common ones, and what is known of the registrant."""
    form = forms.before(own_portal, "/register/account")
    registrant = form.posts.registrant
    known = [f"Xy-{registrant.iec}-9z!", f"Xy-{registrant.mobile}-9z!", f"Xy-{form.posts.icegate_id}-9z!"]
    known += [f"Xy-{form.posts.icegate_id[::-1]}-9z!", f"Xy-{registrant.email.split('@')[0]}-9z!"]
    for refused in [password, *known]:
        answer = form.submit(new_password=refused, confirm_password=refused)
        assert answer.status == 422 and "The password" in answer.text, refused


def test_a_captcha_is_worth_nothing_elsewhere_late_or_made_up(own_portal):
    """C25: another session's, a made-up one, none; a wrong answer is no second try."""
    form, other = forms.before(own_portal, "/register"), forms.before(own_portal, "/register")
    foreign = other.page.form("/register").fields["captcha_token"]
    for token in [foreign, "", "0" * 112, foreign[::-1]]:
        assert "characters of the captcha are not right" in form.submit(captcha_token=token, captcha="ABCDEF").text
    assert "Enter the 6 characters" in form.submit(captcha="").text
    fields = form.page.form("/register").fields | form.typed
    del fields["captcha"]
    assert form.visitor.post("/register", fields).status == 422


def test_the_answer_of_a_captcha_is_nowhere_and_no_image_comes_twice(own_portal, database):
    """C27: pages, addresses, headers and 150 images."""
    visitor = own_portal.visitor()
    images, sources = set(), set()
    for _ in range(150):
        page = visitor.get("/register")
        [source] = re.findall(r'src="(/captcha/image\?[^"]+)"', page.text)
        image = visitor.get(source.replace("&amp;", "&"))
        assert image.status == 200 and image.headers["content-type"] == "image/png"
        assert set(image.headers) & {"etag", "content-disposition", "last-modified"} == set()
        images.add(image.body)
        sources.add(source)
    assert len(images) == len(sources) == 150
    # Nothing is kept of a captcha that nobody answered.
    assert all(len(value) == 64 for name, value in visitor.cookies if name == "icegate_session")


def test_who_is_not_through_yet_or_was_closed_does_not_log_in(own_portal, database):
    """C35: before the OTPs, before Finish, with the temporary password, and of an account that is closed."""

    def login(posts, password) -> Answer:
        visitor = own_portal.from_another().visitor()
        fields = {"icegate_id": posts.icegate_id, "password": password, "captcha": own_portal.captcha}
        return visitor.submit(visitor.get("/login"), "/login", **fields)

    answers, names = [], []
    for step in ["/register/otp", "/register/verified"]:
        posts = FormPosts(own_portal)
        posts.walk_to(step)
        answers += [login(posts, posts.password), login(posts, posts.registrant.temporary_password)]
        names.append(posts.icegate_id)
    closed = FormPosts(own_portal)
    closed.walk_to("/register/done")
    assert login(closed, closed.password).location == "/account"
    database.rows(f"UPDATE accounts SET closed_at = UTC_TIMESTAMP(6) WHERE icegate_id = '{closed.icegate_id}'")
    answers.append(login(closed, closed.password))
    answers.append(login(closed, closed.registrant.temporary_password))
    assert {answer.status for answer in answers} == {422}
    assert same_page(answers, *names, closed.icegate_id)
