"""The portal in w3m and lynx, browsers that know neither scripts nor style sheets."""

import pytest

from form_posts import FormPosts
from lynx import Lynx
from registration import OTP_SENT, SURE
from text_browser import TextBrowser
from w3m import W3m


@pytest.fixture(params=[W3m, Lynx], ids=["w3m", "lynx"])
def browser(request, portal, tmp_path):
    browser = request.param(f"{portal.address}/", tmp_path)
    yield browser
    browser.close()


def test_a_registrant_registers_and_logs_in_and_out_with_the_keyboard_of_a_terminal(browser: TextBrowser, portal):
    choice = FormPosts(portal)
    registrant = choice.registrant
    browser.wait_for("e-COMMERCE Portal Central Board of Excise and Customs", "Latest:", "Login/Sign Up")
    browser.follow("Simplified Registration")

    browser.wait_for("Home 2. Auto IEC Registration Without DSC", "Please Click here")
    browser.type("Enter IEC", registrant.iec)
    browser.type("Enter GSTIN", registrant.gstin)
    browser.type("Enter Password", "0000-0000-00000", shown="***")
    browser.type("Captcha", portal.captcha)
    browser.submit()
    browser.wait_for("There is a problem", "do not match the data at ICEGATE")
    assert browser.holds(registrant.iec) and browser.holds(registrant.gstin)
    browser.type("Enter Password", registrant.temporary_password.lower(), shown="***")
    browser.type("Captcha", portal.captcha)
    browser.submit()

    browser.wait_for(registrant.email, registrant.mobile, '*ICEGATE Id should not contain special characters except "-"')
    browser.type("Enter Your ICEGATE ID", choice.icegate_id)
    browser.type("Enter New Password", choice.password, shown="***")
    browser.type("Confirm Password", choice.password, shown="***")
    browser.submit()

    browser.wait_for(OTP_SENT)
    mobile, email = portal.messages.one_time_passwords(registrant)
    browser.type("Enter Mobile OTP", mobile)
    browser.type("Enter Email OTP", email)
    browser.submit()

    browser.wait_for("OTP verified successfully.")
    browser.follow("^Finish$")
    browser.wait_for(SURE)
    browser.follow("Cancel")
    browser.wait_for("OTP verified successfully.")
    browser.follow("^Finish$")
    browser.wait_for(SURE)
    browser.follow("^OK")
    browser.wait_for(f"Your ICEGATE ID is {choice.icegate_id}")

    browser.follow("^Login$")
    browser.wait_for("Forgotten password")
    browser.type("ICEGATE ID", choice.icegate_id)
    browser.type("Password", choice.password, shown="***")
    browser.submit()
    browser.wait_for("Category: Simplified Auto Registration", choice.icegate_id)
    browser.follow("^Logout")
    browser.wait_for("You are logged out.")
