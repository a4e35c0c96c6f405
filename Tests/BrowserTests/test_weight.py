"""What a first visit costs, and how long it takes on a slow line."""

import pytest
from playwright.sync_api import Page

from conftest import open_context
from registration import Registration

HOME, FORM = 60_000, 25_000  # bytes, compressed, with everything that the page needs
REQUESTS = 5
LINE = 50_000 / 8  # bytes a second
SECONDS = 5

FORMS = ["/register", "/resume", "/temporary-password", "/login", "/forgot-password", "/forgot-id", "/feedback"]


class FirstVisit:
    """A page opened by a browser that has nothing of the portal yet."""

    def __init__(self, page: Page, path: str, slow: bool = False):
        self.bytes = self.requests = 0
        line = page.context.new_cdp_session(page)
        line.send("Network.enable")
        line.send("Network.clearBrowserCache")
        if slow:
            conditions = {"offline": False, "latency": 200, "downloadThroughput": LINE, "uploadThroughput": LINE}
            line.send("Network.emulateNetworkConditions", conditions)
        line.on("Network.requestWillBeSent", self._count)
        line.on("Network.loadingFinished", self._weigh)
        page.goto(path, wait_until="load")
        # The picture of a page may come a moment after the page.
        timing = page.evaluate(
            """() => new Promise((resolve) => {
              const [visit] = performance.getEntriesByType("navigation");
              new PerformanceObserver((list) => {
                const [painted] = list.getEntriesByName("first-contentful-paint");
                if (painted) resolve({ painted: painted.startTime, usable: visit.domContentLoadedEventEnd });
              }).observe({ type: "paint", buffered: true });
            })"""
        )
        self.seconds = max(timing["painted"], timing["usable"]) / 1_000

    def _count(self, event) -> None:
        # The browser's own pictures come from itself.
        self.requests += event["request"]["url"].startswith("http")

    def _weigh(self, event) -> None:
        self.bytes += event["encodedDataLength"]


@pytest.fixture(params=["en", "hi"])
def fresh(request, chromium, portal):
    """Opens pages, each in a browser of its own, in a language."""
    opened = []

    def page() -> Page:
        context = open_context(chromium, portal)
        language = {"name": "icegate_language", "value": request.param, "url": portal.address}
        context.add_cookies([language])
        opened.append(context)
        return context.new_page()

    yield page
    for context in opened:
        context.close()


def test_pages_are_light(fresh, portal):
    visits = {path: FirstVisit(fresh(), path) for path in ["/", *FORMS]}
    for step in ["/register/account", "/register/otp", "/register/verified"]:
        page = fresh()
        Registration(page, portal).begin_at(step)
        visits[step] = FirstVisit(page, step)
    heavy = {
        path: (visit.bytes, visit.requests)
        for path, visit in visits.items()
        if visit.bytes > (HOME if path == "/" else FORM) or visit.requests > REQUESTS
    }
    print({path: (visit.bytes, visit.requests) for path, visit in visits.items()})
    assert heavy == {}


@pytest.mark.parametrize("path", ["/", "/register", "/login"])
def test_a_page_can_be_used_within_five_seconds_over_50_kilobits_a_second(fresh, path):
    assert FirstVisit(fresh(), path, slow=True).seconds < SECONDS
