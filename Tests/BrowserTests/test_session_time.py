"""A session that is about to end: the page says so, and one press gives more time without taking what was typed."""

import re

import pytest
from playwright.sync_api import Page, expect

from conftest import open_context, watch
from registration import Registration

NEAR = 'Your session ends in less than two minutes. Press "Give me more time" to go on.'


@pytest.fixture
def registrant(chromium, portal):
    """A registrant in front of a form, in a browser whose clock is the test's."""
    context = open_context(chromium, portal)
    page = context.new_page()
    problems = watch(page)
    page.clock.install()
    registration = Registration(page, portal)
    registration.begin_at("/register/account")
    yield registration
    context.close()
    assert problems == []


def is_brought_forward(page: Page) -> None:
    note = page.locator("#session")
    expect(note.locator("[aria-live]")).to_have_text(NEAR)
    expect(note).to_be_in_viewport(ratio=1)


def test_the_page_warns_two_minutes_before_and_one_press_gives_more_time(registrant: Registration):
    page = registrant.page
    registrant.fill(icegate_id="MY-NAME", new_password="Half a pass")
    page.clock.fast_forward("12:50")
    expect(page.locator("#session").locator("[aria-live]")).to_be_empty()
    expect(page.locator("#session")).to_contain_text(re.compile(r"this session ends at \d\d:\d\d IST"))
    page.clock.fast_forward("00:15")
    is_brought_forward(page)
    # The portal hears of it: that is what the session waits for.
    with page.expect_response(lambda response: response.url.endswith("/register/account") and response.ok):
        page.get_by_role("button", name="Give me more time").click()
    expect(page.locator("#session").locator("[aria-live]")).to_contain_text("this session ends at")
    expect(page.locator("#session")).not_to_have_class(re.compile("is-near"))
    expect(registrant.field("icegate_id")).to_have_value("MY-NAME")
    expect(registrant.field("new_password")).to_have_value("Half a pass")
    page.clock.fast_forward("13:30")
    is_brought_forward(page)
    page.clock.fast_forward("02:00")
    expect(page.locator("#session").locator("[aria-live]")).to_contain_text("Your session has ended.")
    expect(page.locator("#session .session-end")).to_be_hidden()
    expect(page.get_by_role("button", name="Give me more time")).to_be_hidden()


def test_more_time_takes_nothing_that_was_typed_with_or_without_a_script(registration: Registration):
    registration.begin_at("/register/account")
    registration.fill(icegate_id="MY-NAME")
    registration.submit("Give me more time")
    registration.is_at("/register/account")
    expect(registration.field("icegate_id")).to_have_value("MY-NAME")
    expect(registration.page.get_by_role("alert")).to_have_count(0)
