"""The portal in w3m, a browser that knows neither scripts nor style sheets nor colours."""

import pytest

from form_posts import FormPosts
from registration import OTP_SENT, SURE
from text_browser import TextBrowser


@pytest.fixture
def w3m(portal, tmp_path):
    browser = TextBrowser(f"{portal.address}/", tmp_path)
    yield browser
    browser.close()


def test_a_registrant_registers_and_logs_in_and_out_with_the_keyboard_of_a_terminal(w3m: TextBrowser, portal):
    choice = FormPosts(portal)
    registrant = choice.registrant
    w3m.wait_for("e-COMMERCE Portal Central Board of Excise and Customs", "Latest:", "Login/Sign Up")
    w3m.follow("Simplified Registration")

    w3m.wait_for("Home 2. Auto IEC Registration Without DSC", "Please Click here")
    w3m.type("Enter IEC", registrant.iec)
    w3m.type("Enter GSTIN", registrant.gstin)
    w3m.type("Enter Password", "0000-0000-00000", shown="***")
    w3m.type("Captcha", portal.captcha)
    w3m.submit()
    w3m.wait_for("There is a problem", "do not match the data at ICEGATE", f"[{registrant.iec}", f"[{registrant.gstin}")
    w3m.type("Enter Password", registrant.temporary_password.lower(), shown="***")
    w3m.type("Captcha", portal.captcha)
    w3m.submit()

    w3m.wait_for(registrant.email, registrant.mobile, '*ICEGATE Id should not contain special characters except "-"')
    w3m.type("Enter Your ICEGATE ID", choice.icegate_id)
    w3m.type("Enter New Password", choice.password, shown="***")
    w3m.type("Confirm Password", choice.password, shown="***")
    w3m.submit()

    w3m.wait_for(OTP_SENT)
    mobile, email = portal.messages.one_time_passwords(registrant)
    w3m.type("Enter Mobile OTP", mobile)
    w3m.type("Enter Email OTP", email)
    w3m.submit()

    w3m.wait_for("OTP verified successfully.")
    w3m.follow("^Finish$")
    w3m.wait_for(SURE)
    w3m.follow("Cancel")
    w3m.wait_for("OTP verified successfully.")
    w3m.follow("^Finish$")
    w3m.wait_for(SURE)
    w3m.follow("^OK")
    w3m.wait_for(f"Your ICEGATE ID is {choice.icegate_id}")

    w3m.follow("^Login$")
    w3m.wait_for("Forgotten password")
    w3m.type("ICEGATE ID", choice.icegate_id)
    w3m.type("Password", choice.password, shown="***")
    w3m.submit()
    w3m.wait_for("Category: Simplified Auto Registration", choice.icegate_id)
    w3m.follow("^Logout")
    w3m.wait_for("You are logged out.")
