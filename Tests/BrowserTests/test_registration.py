"""Case 1.1 of the advisory, from the home page to login and logout, with its own words."""

import re

import pytest
from playwright.sync_api import Page, expect

from form_posts import FormPosts
from registration import OTP_SENT, RULES, Registration

MENU = ["Home", "About Us", "Services", "Downloads", "Guidelines", "Useful Links", "Single Window", "Contact Us"]
RELATED_LINKS = [
    "www.cbec.gov.in",
    "www.aces.gov.in",
    "www.nacen.gov.in",
    "www.ltu.gov.in",
    "www.finmin.nic.in",
    "www.ices.nic.in/ices",
    "www.indiantradeportal.in",
]
FOOTER = [
    "Government of India",
    "Ministry of Finance",
    "Department of Revenue",
    "The e-governance Award South Asia 2011",
    "SMTP Mail List",
    "Site Map",
    "Accessibility Statement",
    "Add to Favourite",
    "Help",
    "Terms of Use",
    "Copyright © 2011 All rights reserved. Directorate of Systems, Customs and Central Excise New Delhi.",
    "Best Viewed at 1024 x 768 Resolution",
]
TAKEN = "This ICEGATE ID already exists in system. Please try with another ICEGATE ID."
MISTYPED = "GSTIN is not valid: please check it for a typing mistake."


def other_code(code: str) -> str:
    """A one-time password that is certainly wrong."""
    return f"{(int(code) + 1) % 1_000_000:06}"


def test_the_home_page_is_in_the_portals_frame(page: Page):
    page.goto("/")
    header = page.get_by_role("banner")
    for text in ["ice::gate", "e-COMMERCE Portal", "Central Board of Excise and Customs", "Latest:"]:
        expect(header).to_contain_text(text)
    expect(header).to_contain_text(re.compile(r"Last Updated : [A-Z][a-z]{2} \d{1,2}, 20\d\d"))
    expect(page.get_by_role("region", name="Latest announcements").get_by_role("link").first).to_be_attached()
    expect(page.get_by_role("navigation", name="Menu").get_by_role("link")).to_have_text(MENU)
    expect(page.get_by_role("group", name="Text size").get_by_role("link")).to_have_text(["A-", "A", "A+"])
    expect(page.get_by_role("group", name="Language").get_by_role("button")).to_have_text([re.compile("Hindi"), "English"])
    for panel in ["SERVICES", "PUBLIC ENQUIRIES"]:
        expect(page.get_by_role("heading", name=panel, exact=True)).to_be_visible()
    for entry in ["Login/Sign Up", "Simplified Registration", "Login as Admin", "Digital Signature"]:
        expect(page.locator("main").get_by_role("link", name=entry).first).to_be_visible()
    expect(page.locator("main")).to_contain_text("50000 DOCUMENTS FILED ON A DAY IN THE ICEGATE")
    for text in FOOTER:
        expect(page.get_by_role("contentinfo")).to_contain_text(text)


def test_the_text_grows_and_the_language_changes_on_the_page_that_is_open(registration: Registration):
    page = registration.page
    page.goto("/register")
    heading = page.get_by_role("heading", level=1)

    def size() -> float:
        return heading.bounding_box()["height"]

    normal = size()
    page.get_by_role("link", name="A+ Larger text").click()
    assert size() > normal
    page.get_by_role("link", name="A- Smaller text").click()
    assert size() < normal
    registration.fill(iec="0000000002", password="not to be kept")
    expect(page.locator(".form-language")).to_be_visible(visible=not registration.scripts)
    # Without a script a button below the form keeps what was typed.
    page.get_by_role("button", name="Hindi" if registration.scripts else "हिन्दी में दिखाएँ").click()
    expect(page.locator("html")).to_have_attribute("lang", "hi")
    registration.is_at("/register")
    expect(heading).to_have_text(re.compile("[\u0900-\u097f]"))
    # What was typed goes along; a secret never does.
    expect(registration.field("iec")).to_have_value("0000000002")
    expect(registration.field("password")).to_have_value("")
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("lang", "hi")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    registration.is_at("/")


def test_a_registrant_goes_from_the_home_page_to_login_and_logout(registration: Registration):
    """C34: refused; once; nothing."""
    page, registrant = registration.page, registration.registrant

    registration.open()
    expect(page.get_by_role("heading", level=1)).to_have_text("Auto IEC Registration")
    expect(page.get_by_role("navigation", name="Breadcrumb").get_by_role("listitem")).to_have_text(
        ["Home", "Auto IEC Registration Without DSC"]
    )
    registration.says("If you have already Mobile and Email OTP's, Please Click here")
    for label in ["Enter IEC", "Enter GSTIN", "Enter Password", "Captcha"]:
        expect(page.get_by_label(label, exact=True)).to_be_visible()
    expect(page.get_by_role("complementary", name="Related Links").get_by_role("link")).to_have_text(RELATED_LINKS)
    captcha = page.get_by_role("img", name="Captcha")
    expect(captcha).to_be_visible()
    assert page.request.get(captcha.get_attribute("src")).headers["content-type"] == "image/png"
    registration.fill_credentials()
    registration.submit()

    registration.is_at("/register/account")
    for label, value in [("Email ID", registrant.email), ("Mobile Number", registrant.mobile)]:
        expect(page.get_by_label(label)).to_have_value(value)
        expect(page.get_by_label(label)).not_to_be_editable()
    for label in ["Enter Your ICEGATE ID", "Enter New Password", "Confirm Password"]:
        expect(page.get_by_label(label, exact=True)).to_be_visible()
    expect(registration.main.locator(".rules li")).to_have_text([re.compile(rf"^\* ?{re.escape(rule)}") for rule in RULES])
    registration.fill_account()
    registration.submit()

    registration.is_at("/register/otp")
    registration.says(OTP_SENT)
    for label in ["Enter Mobile OTP", "Enter Email OTP"]:
        expect(page.get_by_label(label, exact=True)).to_be_visible()
    mobile, email = registration.one_time_passwords()
    assert mobile != email
    registration.fill_one_time_passwords(mobile, email)
    registration.submit()

    registration.is_at("/register/verified")
    registration.says(
        "OTP verified successfully.", "If you want to change your email id and mobile number, Please Click here"
    )
    registration.finish(sure=False)
    registration.is_at("/register/verified")
    registration.finish()

    registration.is_at("/register/done")
    registration.says(
        "OTP verify successfully. Your icegate id and password generated successfully and please login with your "
        f"credentials. Your ICEGATE ID is {registration.icegate_id}"
    )

    registration.log_in()
    registration.is_at("/account")
    registration.says(registration.icegate_id, "Simplified Auto Registration", "not permitted to file Customs documents")
    registration.main.get_by_role("button", name="Logout").click()
    registration.is_at("/login")
    page.goto("/account")
    registration.is_at("/login")


def test_mistyped_numbers_are_told_beside_their_fields(registration: Registration):
    gstin = registration.registrant.gstin
    wrong = gstin[:-1] + ("1" if gstin[-1] != "1" else "2")
    registration.page.goto("/register")
    registration.fill_credentials(gstin=wrong, iec="12AB")
    registration.submit()
    registration.is_at("/register")
    registration.alerts(MISTYPED)
    registration.says_beside("gstin", MISTYPED)
    registration.says_beside("iec", "IEC")
    expect(registration.page).to_have_title(re.compile("^Error: "))
    for name, value in {"iec": "12AB", "gstin": wrong, "password": "", "captcha": ""}.items():
        expect(registration.field(name)).to_have_value(value)


def test_every_field_that_is_left_empty_is_told(registration: Registration):
    registration.page.goto("/register")
    registration.submit()
    for name in ["iec", "gstin", "password", "captcha"]:
        registration.says_beside(name, "Error:")
    registration.begin_at("/register/account")
    registration.submit()
    for name in ["icegate_id", "new_password", "confirm_password"]:
        registration.says_beside(name, "Error:")


def test_an_unknown_pair_and_a_wrong_temporary_password_get_one_answer(registration: Registration):
    registration.page.goto("/register")
    answers = []
    # Both numbers are well-formed in themselves; they are not one row of the master.
    for other in [{"password": "0000-0000-00000"}, {"iec": "9999999999"}]:
        registration.fill_credentials(**other)
        registration.submit()
        registration.is_at("/register")
        answers.append(registration.page.get_by_role("alert").first.inner_text())
        expect(registration.field("gstin")).to_have_value(registration.registrant.gstin)
    assert answers[0] == answers[1]


def test_a_wrong_captcha_is_told_and_another_image_comes(registration: Registration):
    registration.page.goto("/register")
    image = registration.main.get_by_role("img", name="Captcha")
    first = image.get_attribute("src")
    registration.fill_credentials(captcha="WRONG1")
    registration.submit()
    registration.says_beside("captcha", "characters of the captcha are not right")
    second = image.get_attribute("src")
    registration.main.get_by_role("button", name="Show other characters").click()
    expect(image).not_to_have_attribute("src", second)
    assert len({first, second, image.get_attribute("src")}) == 3
    expect(registration.field("iec")).to_have_value(registration.registrant.iec)
    expect(registration.field("captcha")).to_have_value("")


def test_every_broken_rule_of_the_account_is_told_at_once(registration: Registration):
    registration.begin_at("/register/account")
    registration.fill_account(icegate_id="my id is longer than 25 characters!", new_password="short", confirm_password="x")
    registration.submit()
    registration.is_at("/register/account")
    registration.says_beside("icegate_id", *RULES[:3])
    registration.says_beside(
        "new_password", "at least 12 characters", "a number", "a special character", "capital and small letters"
    )
    registration.says_beside("confirm_password", "The two passwords are not the same.")
    expect(registration.field("icegate_id")).to_have_value("my id is longer than 25 characters!")
    expect(registration.field("new_password")).to_have_value("")
    registration.fill_account()
    registration.submit()
    registration.is_at("/register/otp")


def test_a_taken_icegate_id_is_told_and_another_one_goes_on(registration: Registration, account: FormPosts):
    registration.begin_at("/register/account")
    registration.fill_account(icegate_id=account.icegate_id.lower())
    registration.submit()
    registration.is_at("/register/account")
    registration.alerts(TAKEN)
    registration.says_beside("icegate_id", TAKEN)
    registration.fill_account()
    registration.submit()
    registration.is_at("/register/otp")


def test_a_wrong_otp_is_named(registration: Registration):
    registration.begin_at("/register/otp")
    mobile, email = registration.one_time_passwords()
    tries = registration.main.locator("dt", has_text="Tries left").locator("xpath=following-sibling::dd")
    expect(tries).to_have_text("5")

    registration.fill_one_time_passwords(other_code(mobile), email)
    registration.submit()
    registration.says_beside("mobile_otp", "Entered mobile OTP is not correct. Please try again with correct OTP.")
    expect(registration.field("email_otp")).not_to_have_attribute("aria-invalid", "true")
    registration.fill_one_time_passwords(mobile, other_code(email))
    registration.submit()
    registration.alerts("Entered email OTP is not correct. Please try again with correct OTP.")
    registration.says_beside("email_otp", "Entered email OTP is not correct. Please try again with correct OTP.")
    expect(tries).to_have_text("3")

    registration.fill_one_time_passwords(mobile, email)
    registration.submit()
    registration.is_at("/register/verified")


def test_five_wrong_tries_end_a_pair_of_otps_and_a_new_pair_goes_on(registration: Registration):
    """C1: the sixth is refused, though right."""
    registration.begin_at("/register/otp")
    first = registration.one_time_passwords()
    for _ in range(5):
        registration.fill_one_time_passwords(*map(other_code, first))
        registration.submit()
        registration.alerts("not correct")
    registration.fill_one_time_passwords(*first)
    registration.submit()
    registration.alerts("No try is left for these OTPs.")
    registration.submit("Send new OTPs")
    registration.is_at("/register/otp")
    registration.says(OTP_SENT)
    registration.fill_one_time_passwords(*registration.one_time_passwords_after(first))
    registration.submit()
    registration.is_at("/register/verified")


@pytest.mark.parametrize("scripts", [True], ids=["with script"])
def test_a_wrong_password_does_not_log_in(registration: Registration, account: FormPosts):
    page = registration.page
    for name, password in [(account.icegate_id, "Wrong-Harbour-000000"), ("NOBODY-AT-ALL", account.password)]:
        page.goto("/login")
        registration.fill(icegate_id=name, password=password)
        registration.submit("Login")
        registration.is_at("/login")
        registration.alerts("ICEGATE ID or password is not correct. Please try again.")
        expect(registration.field("icegate_id")).to_have_value(name)
        expect(registration.field("password")).to_have_value("")
    # The name in any letter case.
    registration.fill(icegate_id=account.icegate_id.lower(), password=account.password)
    registration.submit("Login")
    registration.is_at("/account")


def test_a_double_click_at_every_step_ends_on_the_next_page(registration: Registration):
    """B9: done once, no error page."""
    registration.page.goto("/register")
    registration.fill_credentials()
    registration.submit(twice=True)
    registration.is_at("/register/account")
    registration.fill_account()
    registration.submit(twice=True)
    registration.is_at("/register/otp")
    registration.fill_one_time_passwords(*registration.one_time_passwords())
    registration.submit(twice=True)
    registration.is_at("/register/verified")
    registration.finish(twice=True)
    registration.is_at("/register/done")
    registration.says(f"Your ICEGATE ID is {registration.icegate_id}")
    registration.log_in()
    registration.is_at("/account")


def test_a_reload_and_the_back_button_at_every_step_end_on_the_step_reached(registration: Registration):
    """B9: done once, no error page."""
    page = registration.page

    def stays_at(path: str) -> None:
        registration.is_at(path)
        page.reload()
        registration.is_at(path)
        page.go_back()
        registration.is_at(path)

    page.goto("/register")
    registration.fill_credentials()
    registration.submit()
    stays_at("/register/account")
    registration.fill_account()
    registration.submit()
    stays_at("/register/otp")
    registration.fill_one_time_passwords(*registration.one_time_passwords())
    registration.submit()
    stays_at("/register/verified")
    registration.finish()
    stays_at("/register/done")
    registration.says(f"Your ICEGATE ID is {registration.icegate_id}")
