"""Case 1.1 of the advisory, from the home page to login and logout, with its own words."""

from playwright.sync_api import Page, expect

from registration import OTP_SENT, RULES, Registration


def other_code(code: str) -> str:
    """A one-time password that is certainly wrong."""
    return f"{(int(code) + 1) % 1_000_000:06}"


def test_the_home_page_is_in_the_portals_frame(page: Page):
    page.goto("/")
    body = page.locator("body")
    for text in ["e-COMMERCE Portal", "Central Board of Excise and Customs", "Latest:", "Last Updated :", "SERVICES"]:
        expect(body).to_contain_text(text)
    expect(body).to_contain_text("PUBLIC ENQUIRIES")
    for name in ["Home", "About Us", "Services", "Downloads", "Guidelines", "Useful Links", "Single Window", "Contact Us"]:
        expect(page.get_by_role("navigation").get_by_role("link", name=name, exact=True).first).to_be_attached()
    for name in ["Login/Sign Up", "Simplified Registration", "Login as Admin", "Digital Signature"]:
        expect(page.get_by_role("link", name=name, exact=True).first).to_be_visible()


def test_a_registrant_goes_from_the_home_page_to_login_and_logout(registration: Registration):
    page, registrant = registration.page, registration.registrant

    registration.open()
    expect(page.get_by_role("heading", level=1)).to_have_text("Auto IEC Registration")
    expect(page.get_by_role("navigation", name="Breadcrumb")).to_contain_text("Auto IEC Registration Without DSC")
    registration.says("If you have already Mobile and Email OTP's, Please Click here")
    for label in ["Enter IEC", "Enter GSTIN", "Enter Password", "Captcha"]:
        expect(page.get_by_label(label, exact=True)).to_be_visible()
    for site in [
        "www.cbec.gov.in",
        "www.aces.gov.in",
        "www.nacen.gov.in",
        "www.ltu.gov.in",
        "www.finmin.nic.in",
        "www.ices.nic.in/ices",
        "www.indiantradeportal.in",
    ]:
        expect(page.get_by_role("link", name=site)).to_be_visible()
    footer = page.get_by_role("contentinfo")
    for text in ["Government of India", "Ministry of Finance", "Department of Revenue", "Site Map", "Terms of Use"]:
        expect(footer).to_contain_text(text)
    captcha = page.get_by_role("img", name="Captcha")
    expect(captcha).to_be_visible()
    assert page.request.get(captcha.get_attribute("src")).headers["content-type"] == "image/png"
    registration.fill_credentials()
    registration.submit()

    registration.is_at("/register/account")
    expect(page.get_by_label("Email ID")).to_have_value(registrant.email)
    expect(page.get_by_label("Email ID")).not_to_be_editable()
    expect(page.get_by_label("Mobile Number")).to_have_value(registrant.mobile)
    expect(page.get_by_label("Mobile Number")).not_to_be_editable()
    for label in ["Enter Your ICEGATE ID", "Enter New Password", "Confirm Password"]:
        expect(page.get_by_label(label, exact=True)).to_be_visible()
    registration.says(*RULES)
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
    registration.says(registration.icegate_id, "Simplified Auto Registration")
    page.get_by_role("button", name="Logout").first.click()
    page.goto("/account")
    registration.is_at("/login")


def test_mistyped_numbers_are_told_beside_their_fields(registration: Registration):
    registration.open()
    wrong = registration.registrant.gstin[:-1] + ("1" if registration.registrant.gstin[-1] != "1" else "2")
    registration.fill_credentials(gstin=wrong, iec="12AB")
    registration.submit()
    registration.is_at("/register")
    registration.alerts("GSTIN is not valid: please check it for a typing mistake")
    registration.says_beside("gstin", "GSTIN is not valid: please check it for a typing mistake")
    expect(registration.page.locator("[name=iec]")).to_have_attribute("aria-invalid", "true")
    expect(registration.page.locator("[name=gstin]")).to_have_value(wrong)
    expect(registration.page.locator("main [name=password]")).to_have_value("")
    expect(registration.page.locator("main [name=captcha]")).to_have_value("")


def test_an_unknown_pair_and_a_wrong_temporary_password_get_one_answer(registration: Registration):
    registration.open()
    answers = []
    # Both numbers are well-formed in themselves; they are not one row of the master.
    for other in [{"password": "0000-0000-00000"}, {"iec": "9999999999"}]:
        registration.fill_credentials(**other)
        registration.submit()
        registration.is_at("/register")
        answers.append(registration.page.get_by_role("alert").first.inner_text())
    assert answers[0] == answers[1]


def test_every_broken_rule_of_the_account_is_told_at_once(registration: Registration):
    registration.reach_account()
    registration.fill_account(icegate_id="my id!", new_password="short", confirm_password="other")
    registration.submit()
    registration.is_at("/register/account")
    registration.says_beside("icegate_id", "should not contain any blank spaces")
    registration.says_beside("icegate_id", "special characters")
    for name in ["new_password", "confirm_password"]:
        expect(registration.page.locator(f"[name={name}]")).to_have_attribute("aria-invalid", "true")
    registration.fill_account()
    registration.submit()
    registration.is_at("/register/otp")


def test_a_taken_icegate_id_is_told_and_another_one_goes_on(registration: Registration, portal):
    registration.reach_otp()
    taken = registration.icegate_id
    context = registration.page.context.browser.new_context(
        base_url=portal.address, java_script_enabled=registration.scripts, locale="en-IN"
    )
    second = Registration(
        context.new_page(), portal.registrants.fresh(), portal.messages, portal.captcha, registration.scripts
    )
    second.reach_account()
    second.fill_account(icegate_id=taken.lower())
    second.submit()
    second.is_at("/register/account")
    second.alerts("This ICEGATE ID already exists in system. Please try with another ICEGATE ID.")
    second.fill_account()
    second.submit()
    second.is_at("/register/otp")
    context.close()


def test_a_wrong_otp_is_named(registration: Registration):
    registration.reach_otp()
    mobile, email = registration.one_time_passwords()

    registration.fill_one_time_passwords(other_code(mobile), email)
    registration.submit()
    registration.alerts("Entered mobile OTP is not correct. Please try again with correct OTP.")
    registration.fill_one_time_passwords(mobile, other_code(email))
    registration.submit()
    registration.alerts("Entered email OTP is not correct. Please try again with correct OTP.")

    registration.fill_one_time_passwords(mobile, email)
    registration.submit()
    registration.is_at("/register/verified")


def test_a_wrong_password_does_not_log_in(registration: Registration):
    registration.reach_done()
    registration.password, right = "Wrong-Harbour-000000", registration.password
    registration.log_in()
    registration.is_at("/login")
    expect(registration.page.get_by_role("alert").first).to_be_visible()
    registration.password = right
    registration.log_in()
    registration.is_at("/account")


def test_a_double_click_at_every_step_ends_on_the_next_page(registration: Registration):
    registration.open()
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


def test_a_reload_at_every_step_stays_on_its_page(registration: Registration):
    page = registration.page
    registration.reach_account()
    page.reload()
    registration.is_at("/register/account")
    registration.fill_account()
    registration.submit()
    registration.is_at("/register/otp")
    page.reload()
    registration.is_at("/register/otp")
    registration.fill_one_time_passwords(*registration.one_time_passwords())
    registration.submit()
    registration.is_at("/register/verified")
    page.reload()
    registration.is_at("/register/verified")
    registration.finish()
    registration.is_at("/register/done")
    page.reload()
    registration.is_at("/register/done")
    registration.says(f"Your ICEGATE ID is {registration.icegate_id}")


def test_the_back_button_at_every_step_ends_on_the_step_reached(registration: Registration):
    page = registration.page
    registration.reach_account()
    page.go_back()
    registration.is_at("/register/account")
    registration.fill_account()
    registration.submit()
    registration.is_at("/register/otp")
    page.go_back()
    registration.is_at("/register/otp")
    registration.fill_one_time_passwords(*registration.one_time_passwords())
    registration.submit()
    registration.is_at("/register/verified")
    page.go_back()
    registration.is_at("/register/verified")
    registration.finish()
    registration.is_at("/register/done")
    page.go_back()
    registration.is_at("/register/done")
    registration.says(f"Your ICEGATE ID is {registration.icegate_id}")
