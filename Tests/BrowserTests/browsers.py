"""Chromium as the tests open it, and what they hold against a page."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from portal import Portal

# Chromium reports every page with such a status as a resource that failed; the portal means it.
MEANT_STATUS = re.compile(r"the server responded with a status of (403|404|422|429)\b")


@contextmanager
def started_chromium() -> Iterator[Browser]:
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
        lambda message: (
            problems.append(f"{message.text} ({page.url})")
            if message.type in ("error", "warning")
            and not (
                MEANT_STATUS.search(message.text) and message.location["url"].split("?")[0] == page.url.split("?")[0]
            )
            else None
        ),
    )
    return problems
