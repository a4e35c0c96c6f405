"""What every test here stands on: the portal that script/test started, and Chromium.

PORTAL_PORT, RUN_DIRECTORY and CAPTCHA_TEST_ANSWER are those of `script/server`, or of `script/cluster` with the socket of one
of its servers in TEST_DATABASE_SOCKET.
"""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from browsers import open_context, watch
from portal import Portal
from registration import Registration

pytest_plugins = ["set_ups"]

expect.set_options(timeout=5_000)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """A failed expectation without the outline of the whole page."""
    report = yield
    if report.failed:
        text = re.split(r"\nE\s+(?:Call log:|Aria snapshot:)", str(report.longrepr))[0]
        report.longrepr = text if len(text) <= 3_000 else f"{text[:1_000]}\n…\n{text[-2_000:]}"
    return report


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
