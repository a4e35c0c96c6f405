"""Case 1.1 in Firefox, whose engine is another one than Chromium's: the way itself, and what axe-core finds on it."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from firefox import Tab, running_firefox
from form_posts import FormPosts
from registration import OTP_SENT, SURE
from barriers import OVERFLOW, barriers, call


@pytest.fixture(scope="module")
def firefox(tmp_path_factory):
    with running_firefox(tmp_path_factory.mktemp("firefox")) as session:
        yield session


@pytest.fixture
def tab(firefox, portal):
    """A tab of its own; a problem of any page that it shows fails the test."""
    tab = Tab(firefox, portal.address)
    yield tab
    tab.close()
    assert not tab.problems, "\n".join(tab.problems)


def test_a_registrant_registers_and_logs_in_and_out_in_firefox(tab: Tab, portal):
    choice = FormPosts(portal)
    registrant = choice.registrant
    tab.go("/")
    tab.press("link", "Simplified Registration")
    tab.is_at("/register")
    tab.fill(
        iec=registrant.iec, gstin=registrant.gstin, password=registrant.temporary_password, captcha=portal.captcha
    )
    tab.press("button", "Submit")

    tab.is_at("/register/account")
    tab.fill(icegate_id=choice.icegate_id, new_password=choice.password, confirm_password=choice.password)
    tab.press("button", "Submit")

    tab.is_at("/register/otp")
    tab.says(OTP_SENT)
    mobile, email = portal.messages.one_time_passwords(registrant)
    tab.fill(mobile_otp=mobile, email_otp=email)
    tab.press("button", "Submit")

    tab.is_at("/register/verified")
    tab.press("button", "Finish")
    tab.is_at("/register/done")
    assert tab.asked == [SURE]
    tab.says(choice.icegate_id)
    tab.press("link", "Login")

    tab.is_at("/login")
    tab.fill(icegate_id=choice.icegate_id, password=choice.password)
    tab.press("button", "Login")
    tab.is_at("/account")
    tab.says(choice.icegate_id)
    tab.press("button", "Logout")
    tab.is_at("/login")
    tab.says("You are logged out.")


@pytest.mark.parametrize("language", ["en", "hi"])
def test_no_page_of_that_way_has_a_barrier_or_something_too_wide_in_firefox(tab: Tab, portal, language):
    posts = FormPosts(portal)
    axe = Axe().axe_script
    problems = []

    def look(path: str) -> None:
        tab.go(path)
        tab.is_at(path)
        assert tab.evaluate("document.documentElement.lang") == language
        tab.run(axe)
        for width in [1024, 320]:
            tab.resize(width)
            found = tab.evaluate(call())
            problems.extend(barriers(found, f"{path} at {width}"))
        # The narrowest was the last.
        problems.extend(f"{path}: too wide: {wide}" for wide in tab.evaluate(f"({OVERFLOW})()"))

    tab.go(f"/?lang={language}")
    look("/")
    look("/register")
    for path in ["/register/account", "/register/otp", "/register/verified", "/register/finish", "/register/done"]:
        posts.walk_to(path)
        tab.take_session(posts.visitor.cookies)
        look(path)
    look("/login")
    posts.log_in()
    tab.take_session(posts.visitor.cookies)
    look("/account")
    assert not problems, "\n".join(problems)
