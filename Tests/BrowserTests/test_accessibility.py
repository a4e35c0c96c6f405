"""What axe-core finds in each step and error state with scripts at work, in both languages, on a desk; and what is too wide
on a phone. PageTests look at every page as the portal writes it, on the narrowest screen."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from barriers import OVERFLOW, barriers, call
from browsers import open_context, watch
from change_of_contacts import Contacts
from registration import Registration
from test_account import PLACES as ACCOUNT_PAGES

PHONE, DESK = {"width": 320, "height": 800}, {"width": 1024, "height": 800}
PAGES = [
    *("/", "/about", "/services", "/downloads", "/guidelines", "/useful-links", "/single-window", "/contact"),
    *("/public-enquiries", "/digital-signature", "/feedback", "/sitemap", "/accessibility", "/help", "/terms"),
    *("/search", "/search?q=ICEGATE", "/search?q=zzzz"),
    *("/privacy", "/copyright", "/hyperlinking", "/admin", "/forgot-password", "/forgot-id", "/no-such-page"),
    *("/public-enquiries/gstin", "/public-enquiries/iec"),
]


class Audit:
    """Looks at pages as they stand, and gathers what is wrong with them."""

    def __init__(self, page: Page):
        self.page = page
        self.problems = watch(page)
        self._script = Axe().axe_script

    def look(self, state: str) -> None:
        self.page.wait_for_load_state("load")
        self.page.evaluate(self._script)
        self.page.set_viewport_size(DESK)
        self.problems += barriers(self.page.evaluate(call()), state)
        self._measure(state)

    def judge(self) -> None:
        if self.problems:
            pytest.fail("\n".join(self.problems), pytrace=False)

    def _measure(self, state: str) -> None:
        """Nothing is cut off, nor needs scrolling sideways, on the narrowest screen, in any size of text."""
        self.page.set_viewport_size(PHONE)
        for size in ["normal", "large"]:
            self.page.evaluate("size => document.documentElement.className = `text-${size}`", size)
            if wide := self.page.evaluate(OVERFLOW):
                self.problems.append(f"{state}, text {size}: too wide at 320: {wide}")


@pytest.fixture(params=["en", "hi"])
def audit(request, chromium, portal) -> Iterator[Audit]:
    context = open_context(chromium, portal)
    audit = Audit(context.new_page())
    audit.page.goto(f"/?lang={request.param}")
    yield audit
    context.close()


def test_no_page_has_an_error_in_the_console(audit: Audit):
    """What else can be wrong with them, PageTests look at."""
    for path in PAGES:
        audit.page.goto(path)
    audit.judge()


def test_no_step_of_the_registration_has_a_barrier_an_error_in_the_console_or_something_too_wide(audit: Audit, portal):
    registration = Registration(audit.page, portal)
    page = audit.page

    page.goto("/register")
    audit.look("register")
    registration.field("captcha").press("Enter")
    page.wait_for_selector("[role=alert]")
    audit.look("register, all empty")
    registration.fill_credentials(password="0000-0000-00000")
    registration.field("captcha").press("Enter")
    page.wait_for_selector("[role=alert] li:only-child")
    audit.look("register, not matching")

    registration.begin_at("/register/account")
    audit.look("account details")
    registration.fill_account(icegate_id="my id is longer than 25 characters!", new_password="short", confirm_password="x")
    registration.field("confirm_password").press("Enter")
    page.wait_for_selector("[role=alert]")
    audit.look("account details, all rules broken")

    registration.begin_at("/register/otp")
    audit.look("OTPs")
    registration.fill_one_time_passwords("12345", "x")
    registration.field("email_otp").press("Enter")
    page.wait_for_selector("[role=alert]")
    audit.look("OTPs, both wrong")

    registration.begin_at("/register/verified")
    audit.look("verified")
    page.goto("/register/finish")
    audit.look("finish")

    contacts = Contacts.fresh()
    page.goto("/register/alternate")
    audit.look("alternate contacts")
    registration.fill(alternate_email="nobody", alternate_mobile="12")
    registration.field("alternate_mobile").press("Enter")
    page.wait_for_selector("[role=alert]")
    audit.look("alternate contacts, both wrong")
    registration.fill(alternate_email=contacts.email, alternate_mobile=contacts.mobile)
    registration.field("alternate_mobile").press("Enter")
    registration.is_at("/register/alternate/otp")
    audit.look("alternate OTPs")
    registration.fill_one_time_passwords("12345", "x")
    registration.field("email_otp").press("Enter")
    page.wait_for_selector("[role=alert]")
    audit.look("alternate OTPs, both wrong")

    registration.begin_at("/register/done")
    audit.look("done")
    audit.judge()


def test_no_other_form_has_a_barrier_an_error_in_the_console_or_something_too_wide(audit: Audit, account, portal):
    page = audit.page
    registration = Registration(page, portal)

    page.goto("/resume")
    audit.look("resume")
    # The second page asks for a captcha as well.
    registration.fill(iec=registration.registrant.iec, gstin=registration.registrant.gstin)
    for _ in range(2):
        registration.fill_one_time_passwords("123456", "654321")
        registration.field("email_otp").press("Enter")
        page.wait_for_selector("[role=alert]")
    expect(registration.field("captcha")).to_be_visible()
    audit.look("resume, refused")

    page.goto("/temporary-password")
    audit.look("temporary password")
    registration.field("captcha").press("Enter")
    page.wait_for_selector("[role=alert]")
    audit.look("temporary password, all empty")
    registration.fill(iec=registration.registrant.iec, gstin=registration.registrant.gstin, captcha=portal.captcha)
    registration.field("captcha").press("Enter")
    page.wait_for_selector("[role=status]")
    audit.look("temporary password, asked for")

    page.goto("/login")
    audit.look("login")
    registration.fill(icegate_id="nobody", password="nothing")
    registration.field("password").press("Enter")
    page.wait_for_selector("[role=alert]")
    audit.look("login, refused")
    registration.fill(icegate_id=account.icegate_id, password=account.password)
    registration.field("password").press("Enter")
    registration.is_at("/account")
    audit.look("account")
    for path in [*ACCOUNT_PAGES, "/filing"]:
        page.goto(path)
        audit.look(path)
    audit.judge()


def test_no_form_of_the_account_has_a_barrier_an_error_in_the_console_or_something_too_wide(audit: Audit, portal):
    page = audit.page
    holder = Registration(page, portal)
    holder.begin_at("/register/done")

    page.goto("/forgot-password")
    holder.field("captcha").press("Enter")
    page.wait_for_selector("[role=alert]")
    audit.look("forgotten password, all empty")
    holder.fill(icegate_id=holder.icegate_id, captcha=portal.captcha)
    first = holder.one_time_passwords()
    holder.field("captcha").press("Enter")
    holder.is_at("/forgot-password/otp")
    audit.look("OTPs for a new password")
    if holder.field("captcha").count():
        holder.fill(captcha=portal.captcha)
    holder.fill_one_time_passwords("12345", "x")
    holder.field("email_otp").press("Enter")
    page.wait_for_selector("[role=alert]")
    audit.look("OTPs for a new password, wrong")
    holder.fill(captcha=portal.captcha)
    holder.fill_one_time_passwords(*holder.one_time_passwords_after(first))
    holder.field("email_otp").press("Enter")
    holder.is_at("/forgot-password/new")
    audit.look("new password")
    holder.fill(new_password="short", confirm_password="x")
    holder.field("confirm_password").press("Enter")
    page.wait_for_selector("[role=alert]")
    audit.look("new password, all rules broken")

    page.goto("/forgot-id")
    holder.field("captcha").press("Enter")
    page.wait_for_selector("[role=alert]")
    audit.look("forgotten ICEGATE ID, all empty")

    page.goto("/login")
    holder.fill(icegate_id=holder.icegate_id, password=holder.password)
    holder.field("password").press("Enter")
    holder.is_at("/account")
    for path, field in [("/account/contact", "password"), ("/account/password", "confirm_password")]:
        page.goto(path)
        holder.field(field).press("Enter")
        page.wait_for_selector("[role=alert]")
        audit.look(f"{path}, all empty")
    contacts = Contacts.fresh()
    page.goto("/account/contact")
    holder.fill(email=contacts.email, mobile=contacts.mobile, password=holder.password)
    holder.field("password").press("Enter")
    holder.is_at("/account/contact/otp")
    audit.look("OTPs for the new contacts")
    holder.fill_one_time_passwords("12345", "x")
    holder.field("email_otp").press("Enter")
    page.wait_for_selector("[role=alert]")
    audit.look("OTPs for the new contacts, both wrong")
    audit.judge()
