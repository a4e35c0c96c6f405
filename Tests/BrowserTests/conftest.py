"""What every test here stands on: the portal that script/test started, and Chromium.

PORTAL_PORT, RUN_DIRECTORY and CAPTCHA_TEST_ANSWER are those of `script/server`.
"""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from form_posts import FormPosts
from messages import Messages
from portal import Portal
from registration import Registration
from sample_master import Registrants

expect.set_options(timeout=5_000)

# Chromium reports every page with such a status as a resource that failed; the portal means it.
MEANT_STATUS = re.compile(r"the server responded with a status of (403|404|422|429)\b")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """A failed expectation without the outline of the whole page."""
    report = yield
    if report.failed:
        text = re.split(r"\nE\s+(?:Call log:|Aria snapshot:)", str(report.longrepr))[0]
        report.longrepr = text if len(text) <= 3_000 else f"{text[:1_000]}\n…\n{text[-2_000:]}"
    return report


@pytest.fixture(scope="session")
def portal() -> Portal:
    checkout = Path(__file__).parents[2]
    messages = Messages(checkout / os.environ.get("RUN_DIRECTORY", ".run") / "messages")
    address = f"http://127.0.0.1:{os.environ.get('PORTAL_PORT', '8080')}"
    return Portal(address, messages, os.environ["CAPTCHA_TEST_ANSWER"], Registrants(messages))


@pytest.fixture(scope="session")
def account(portal: Portal) -> FormPosts:
    """An account that registration made, for tests that only log in."""
    registered = FormPosts(portal)
    registered.walk_to("/register/done")
    return registered


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    arguments = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
    # Chromium's sandbox refuses to run as root.
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=arguments)
        yield browser
        browser.close()


def open_context(chromium: Browser, portal: Portal, **options) -> BrowserContext:
    context = chromium.new_context(base_url=portal.address, locale="en-IN", **options)
    context.set_default_timeout(5_000)
    context.set_default_navigation_timeout(15_000)
    return context


def watch(page: Page) -> list[str]:
    """What goes wrong in a page: a failing script, a breach of the content security policy, a missing file."""
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on(
        "console",
        lambda message: problems.append(f"{message.text} ({page.url})")
        if message.type in ("error", "warning")
        and not (MEANT_STATUS.search(message.text) and message.location["url"].split("?")[0] == page.url.split("?")[0])
        else None,
    )
    return problems


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def scripts(request) -> bool:
    return request.param


@pytest.fixture
def page(chromium: Browser, portal: Portal, scripts: bool) -> Iterator[Page]:
    """A browser of its own; a problem of any page that it shows fails the test."""
    context = open_context(chromium, portal, java_script_enabled=scripts)
    page = context.new_page()
    problems = watch(page)
    yield page
    context.close()
    assert problems == []


@pytest.fixture
def registration(page: Page, portal: Portal, scripts: bool) -> Registration:
    return Registration(page, portal, scripts)
