"""The captcha by eye and by ear, with a script and without."""

import pytest
from playwright.sync_api import expect

from registration import Registration


@pytest.fixture
def form(registration: Registration) -> Registration:
    registration.page.goto("/register")
    registration.fill(iec="0000000002", gstin="19DXSPN0000N1Z4")
    return registration


def captcha(form: Registration) -> tuple[str, str]:
    """Where image and sound come from."""
    image = form.main.locator(".captcha-image img").get_attribute("src")
    return image, form.main.locator("audio").get_attribute("src")


def test_other_characters_come_without_losing_what_was_typed(form: Registration):
    first = captcha(form)
    with form.page.expect_response(lambda response: "/captcha/image" in response.url):
        form.submit("Show other characters")
    second = captcha(form)
    assert first[0] != second[0] and first[1] != second[1]
    assert {address.split("token=")[1] for address in second} == {form.field("captcha_token").input_value()}
    expect(form.field("iec")).to_have_value("0000000002")
    expect(form.field("gstin")).to_have_value("19DXSPN0000N1Z4")
    expect(form.page.get_by_role("alert")).to_have_count(0)


def test_the_characters_can_be_heard(form: Registration):
    page = form.page
    answer = page.request.get(captcha(form)[1])
    assert (answer.status, answer.headers["content-type"], answer.body()[:4]) == (200, "audio/wav", b"RIFF")
    # Some players play nothing that they cannot have in parts.
    part = page.request.get(captcha(form)[1], headers={"Range": "bytes=0-1"})
    assert (part.status, part.body()) == (206, b"RI")
    if not form.scripts:
        # The browser's own player, which no press sends the form with.
        expect(form.main.locator("audio")).to_be_visible()
        assert form.main.locator("audio").evaluate("player => player.controls")
        # Where the hint offers it: at the field, before the button.
        below = "player => player.compareDocumentPosition(document.querySelector('main .actions')) & 4"
        assert form.main.locator("audio").evaluate(below)
        return
    page.get_by_role("button", name="Listen to the characters").click()
    expect(page.get_by_role("button", name="Stop listening")).to_be_visible()
    # A screen reader would speak over the characters if the focus moved.
    expect(page.get_by_role("button", name="Stop listening")).to_be_focused()
    loaded = "player => player.duration || new Promise((resolve) => { player.ondurationchange = () => resolve(player.duration); })"
    assert form.main.locator("audio").evaluate(loaded) > 4
    page.get_by_role("button", name="Stop listening").click()
    expect(page.get_by_role("button", name="Listen to the characters")).to_be_visible()
    assert page.evaluate("document.querySelector('audio').paused")
