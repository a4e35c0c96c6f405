"""What every test here stands on: the portal that script/test started, and Chromium.

PORTAL_PORT, RUN_DIRECTORY and CAPTCHA_TEST_ANSWER are those of `script/server`.
"""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from messages import Messages
from registration import Registration
from sample_master import Registrants
from visitor import Visitor

expect.set_options(timeout=10_000)


@dataclass(frozen=True)
class Portal:
    address: str
    messages: Messages
    captcha: str
    registrants: Registrants

    def visitor(self) -> Visitor:
        return Visitor(self.address)


@pytest.fixture(scope="session")
def portal() -> Portal:
    checkout = Path(__file__).parents[2]
    messages = Messages(checkout / os.environ.get("RUN_DIRECTORY", ".run") / "messages")
    address = f"http://127.0.0.1:{os.environ.get('PORTAL_PORT', '8080')}"
    return Portal(address, messages, os.environ["CAPTCHA_TEST_ANSWER"], Registrants(messages))


@pytest.fixture(scope="session")
def chromium() -> Browser:
    arguments = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
    # Chromium's sandbox refuses to run as root.
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=arguments)
        yield browser
        browser.close()


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def scripts(request) -> bool:
    return request.param


@pytest.fixture
def page(chromium: Browser, portal: Portal, scripts: bool) -> Page:
    """A browser of its own. A page that breaks its content security policy, or a script that fails, fails the test."""
    context = chromium.new_context(base_url=portal.address, java_script_enabled=scripts, locale="en-IN")
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on(
        "console",
        lambda message: problems.append(message.text) if "Content Security Policy" in message.text else None,
    )
    yield page
    context.close()
    assert problems == []


@pytest.fixture
def registration(page: Page, portal: Portal, scripts: bool) -> Registration:
    return Registration(page, portal.registrants.fresh(), portal.messages, portal.captcha, scripts)
