"""The public enquiries, with and without scripts, in both languages."""

import pytest
from playwright.sync_api import Page, expect

from test_accessibility import Audit, audit  # noqa: F401  (the fixture)

RIGHT = "27AAPFU0939F1ZV"
ANSWERS = {
    "en": (f"{RIGHT} is written rightly.", "Maharashtra (27)", "Taxpayer", "AAPFU0939F"),
    "hi": (f"{RIGHT} सही लिखा है।", "महाराष्ट्र (27)", "करदाता", "AAPFU0939F"),
}


@pytest.mark.parametrize("language", ANSWERS)
def test_a_gstin_is_judged_on_the_page_that_the_index_leads_to(page: Page, language):
    page.goto(f"/public-enquiries?lang={language}")
    page.locator("main a[href='/public-enquiries/gstin']").click()
    page.locator("#gstin").fill("27AAPFU0939F1ZO")
    page.locator("#gstin").press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("#gstin")).to_have_attribute("aria-invalid", "true")
    page.locator("#gstin").fill(RIGHT.lower())
    page.locator("#gstin").press("Enter")
    for text in ANSWERS[language]:
        expect(page.get_by_role("status")).to_contain_text(text)


def test_the_status_of_an_iec_is_shown_and_nothing_of_its_holder(page: Page, portal):
    registrant = portal.registrants.fresh()
    page.goto("/public-enquiries")
    page.locator("main a[href='/public-enquiries/iec']").click()
    page.locator("#iec").fill(registrant.iec)
    page.locator("#captcha").fill(portal.captcha)
    page.locator("#captcha").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Valid")
    for secret in [registrant.gstin, registrant.email, registrant.mobile]:
        assert secret not in page.content()
    page.locator("#iec").fill("0399999999")
    page.locator("#captcha").fill(portal.captcha)
    page.locator("#captcha").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("ICEGATE has no record of the IEC 0399999999.")


def test_no_enquiry_has_a_barrier_an_error_in_the_console_or_something_too_wide(audit: Audit, portal):  # noqa: F811
    page = audit.page
    for typed in ["1", RIGHT]:
        page.goto("/public-enquiries/gstin")
        page.locator("#gstin").fill(typed)
        page.locator("#gstin").press("Enter")
        page.locator("main").locator("[role=alert], [role=status]").wait_for()
        audit.look(f"GSTIN, {typed}")
    for typed, captcha in [("1", ""), ("0399999999", portal.captcha), (portal.registrants.fresh().iec, portal.captcha)]:
        page.goto("/public-enquiries/iec")
        page.locator("#iec").fill(typed)
        page.locator("#captcha").fill(captcha)
        page.locator("#captcha").press("Enter")
        page.locator("main").locator("[role=alert], [role=status]").wait_for()
        audit.look(f"IEC, {typed}")
    audit.judge()
