"""S31-S34 in a browser: what the holder of an account sees and changes, and the ways back to a forgotten password."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from change_of_contacts import Contacts, other_code
from form_posts import FormPosts
from registration import Registration

NEW_PASSWORD = "Banyan-Shade-2047!"
PLACES = {
    "/account/iec": ("IEC and GSTIN details", "GSTINs of this IEC"),
    "/account/registration": ("Registration report", "Reference number"),
    "/account/activity": ("Account activity", "Registration finished"),
    "/account/contact": ("Change of e-mail ID and mobile number", "Registered Email ID"),
    "/account/password": ("Change of password", "Enter New Password"),
    "/account/sessions": ("Where you are logged in", "this browser"),
}


@pytest.fixture
def holder(registration: Registration) -> Registration:
    """Somebody who has registered and is logged in."""
    registration.begin_at("/register/done")
    registration.log_in()
    registration.is_at("/account")
    return registration


def heading(holder: Registration) -> str:
    return holder.main.locator("h1").inner_text()


def wait_for_message(who: Registration, portal, text: str) -> None:
    """Until it has come to the e-mail address that the master has."""
    for _ in range(200):
        if any(text in path.read_text("utf-8") for path in portal.messages.to(who.registrant.email)):
            return
        who.page.wait_for_timeout(100)
    pytest.fail(f"no message says: {text}")


def test_every_page_of_the_account_is_reached_from_its_menu(holder: Registration):
    holder.says("Simplified Auto Registration: not permitted to file Customs documents")
    for path, (title, text) in PLACES.items():
        holder.main.get_by_role("navigation").get_by_role("link", name=title, exact=True).click()
        holder.is_at(path)
        assert heading(holder) == title
        holder.says(text)
        expect(holder.main.locator("nav [aria-current=page]")).to_have_text(title)
    holder.page.goto("/account/iec")
    holder.says(holder.registrant.iec, holder.registrant.gstin, "Valid", "Active")
    holder.page.goto("/account/registration")
    holder.says(holder.icegate_id, holder.registrant.email, holder.registrant.mobile)


def test_the_report_of_the_registration_fits_one_page_of_paper(holder: Registration, scripts: bool, tmp_path: Path):
    for language in ["en", "hi"]:
        holder.page.goto(f"/account/registration?lang={language}")
        button = holder.main.locator("[data-print]")
        expect(button).to_be_visible() if scripts else expect(button).to_be_hidden()
        paper = holder.page.pdf(format="A4")
        assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1


def test_the_activity_is_a_file_as_well(holder: Registration):
    holder.page.goto("/account/activity")
    with holder.page.expect_download() as download:
        holder.main.get_by_role("link", name="All of it as a CSV file").click()
    assert download.value.suggested_filename == f"icegate-activity-{holder.icegate_id}.csv"
    text = Path(download.value.path()).read_text("utf-8-sig")
    assert text.startswith('"Time","What was done","From address"\n')
    assert '"Login","127.0.0.1"' in text


def test_the_contacts_are_changed_by_two_otps(holder: Registration, portal):
    contacts = Contacts.fresh()
    holder.page.goto("/account/contact")
    holder.submit("Send the OTPs")
    holder.says_beside("password", "Enter your password.")
    holder.fill(email=contacts.email, mobile=contacts.mobile, password=holder.password)
    holder.submit("Send the OTPs")
    holder.is_at("/account/contact/otp")
    mobile, email = portal.messages.one_time_passwords(contacts)
    holder.fill_one_time_passwords(other_code(mobile), email)
    holder.submit()
    holder.says_beside("mobile_otp", "Entered mobile OTP is not correct. Please try again with correct OTP.")
    holder.fill_one_time_passwords(mobile, email)
    holder.submit(twice=True)
    holder.is_at("/account/contact")
    holder.page.goto("/account")
    holder.says(*contacts.masked)
    wait_for_message(holder, portal, "The contacts of your ICEGATE ID were changed")


def test_a_new_password_takes_the_place_of_the_old_one(holder: Registration):
    holder.page.goto("/account/password")
    holder.fill(password=holder.password, new_password="short", confirm_password="other")
    holder.submit()
    holder.says_beside("new_password", "at least 12 characters", "a number", "a special character")
    holder.says_beside("confirm_password", "The two passwords are not the same.")
    holder.fill(password=holder.password, new_password=NEW_PASSWORD, confirm_password=NEW_PASSWORD)
    holder.submit()
    holder.says("Your password is changed. Every other session of the account has ended.")
    holder.page.goto("/account")
    holder.main.get_by_role("button", name="Logout").click()
    holder.log_in()
    holder.alerts("ICEGATE ID or password is not correct. Please try again.")
    holder.password = NEW_PASSWORD
    holder.log_in()
    holder.is_at("/account")


def test_a_session_elsewhere_is_ended(holder: Registration, portal):
    elsewhere = portal.visitor()
    page = elsewhere.get("/login")
    elsewhere.submit(page, "/login", icegate_id=holder.icegate_id, password=holder.password)
    assert elsewhere.get("/account").status == 200
    holder.page.goto("/account/sessions")
    holder.main.get_by_role("button", name="End this session").click()
    expect(holder.main.get_by_role("button", name="End this session")).to_have_count(0)
    expect(holder.main.get_by_role("status")).to_have_text(
        "That session has ended: whoever used it has to log in again."
    )
    assert elsewhere.get("/account").location == "/login"
    holder.main.get_by_role("button", name="Log out everywhere").click()
    holder.is_at("/login")
    holder.says("You are logged out.")


def test_a_forgotten_password_is_set_anew_by_two_otps(registration: Registration, portal):
    registration.begin_at("/register/done")
    first = registration.one_time_passwords()
    registration.page.goto("/login")
    registration.main.get_by_role("link", name="Forgotten password").click()
    registration.is_at("/forgot-password")
    registration.fill(icegate_id=registration.icegate_id.lower(), captcha=portal.captcha)
    registration.submit("Send the OTPs")
    registration.is_at("/forgot-password/otp")
    registration.says("If there is an account with this ICEGATE ID, two OTPs are on their way")
    mobile, email = registration.one_time_passwords_after(first)
    # Wrong tries from this address, whoever's, make the page ask for a captcha.
    if registration.field("captcha").count():
        registration.fill(captcha=portal.captcha)
    registration.fill_one_time_passwords(other_code(mobile), email)
    registration.submit()
    registration.alerts("ICEGATE ID and OTPs do not match.")
    registration.fill(captcha=portal.captcha)
    registration.fill_one_time_passwords(mobile, email)
    registration.submit(twice=True)
    registration.is_at("/forgot-password/new")
    registration.fill(new_password=NEW_PASSWORD, confirm_password=NEW_PASSWORD)
    registration.submit()
    registration.is_at("/login")
    registration.says("Your new password is set. Please log in with it.")
    registration.password = NEW_PASSWORD
    registration.log_in()
    registration.is_at("/account")


def test_a_forgotten_icegate_id_comes_by_email(registration: Registration, portal):
    registration.begin_at("/register/done")
    registration.page.goto("/forgot-id")
    registration.fill(
        iec=registration.registrant.iec, gstin=registration.registrant.gstin, captcha=portal.captcha
    )
    registration.submit()
    registration.says("If there is an account for this IEC and GSTIN, its ICEGATE ID is on its way")
    wait_for_message(registration, portal, f"Your ICEGATE ID is {registration.icegate_id}.")


def test_every_page_of_the_account_is_in_hindi_as_well(portal, account: FormPosts):
    account.log_in()
    for path in ["/account", *PLACES, "/filing"]:
        text = account.visitor.get(f"{path}?lang=hi").text
        main = text[text.index("<main") : text.index("</main>")]
        # What is marked as English is meant to be.
        hindi = re.sub(r'<(\w+)[^>]* lang="en"[^>]*>.*?</\1>', " ", main)
        words = re.findall(r"[A-Za-z]{4,}", re.sub(r"<[^>]*>", " ", hindi))
        strange = set(words) - set(re.findall(r"[A-Za-z]{4,}", account.icegate_id + " " + account.registrant.email))
        # Names of browsers and their systems are not translated.
        assert strange <= {"Chrome", "Linux", "example"} | legal_name(account), f"{path}: {strange}"
    account.visitor.get("/?lang=en")


def legal_name(account: FormPosts) -> set[str]:
    page = account.visitor.get("/account?lang=hi").text
    return set(re.findall(r"[A-Za-z]{4,}", " ".join(re.findall(r"<dd>([^<]*)</dd>", page))))
