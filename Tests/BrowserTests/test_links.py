"""Every page that can be reached by links, in both languages, by a visitor and by somebody who is logged in."""

import re
import urllib.parse
from html.parser import HTMLParser

import pytest

from form_posts import FormPosts
from test_account import PLACES as ACCOUNT_PAGES
from visitor import Answer, Visitor

# What an attribute of these loads or opens.
REFERENCES = {("a", "href"), ("link", "href"), ("script", "src"), ("img", "src"), ("audio", "src"), ("form", "action")}

# A page that says why an account may not file.
STATUS = {"/filing": 403}


class _Page(HTMLParser):
    def __init__(self, answer: Answer):
        super().__init__()
        self.links: set[str] = set()
        self.identifiers: set[str] = set()
        self.twice: set[str] = set()
        self.language = ""
        self.headings = 0
        self.feed(answer.text)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag == "html":
            self.language = attributes.get("lang", "")
        self.headings += tag == "h1"
        if (identifier := attributes.get("id")) in self.identifiers:
            self.twice.add(identifier)
        elif identifier:
            self.identifiers.add(identifier)
        for name, value in attributes.items():
            # A form that posts is answered elsewhere than its action by GET.
            if (tag, name) in REFERENCES and (tag != "form" or attributes.get("method") == "get"):
                self.links.add(value)


class Crawl:
    def __init__(self, visitor: Visitor, language: str):
        self._visitor = visitor
        self._language = language
        self.paths: set[str] = set()
        self.problems: list[str] = []
        self._pages: dict[str, _Page] = {}
        self._anchors: set[tuple[str, str, str]] = set()

    def run(self, start: str, goes_on: bool) -> None:
        """Follows every link of the page at `start`; where it goes on, those of the pages that it finds as well."""
        waiting = [f"{start}?lang={self._language}"]
        seen = set(waiting)
        while waiting:
            links = self._links(waiting.pop()) - seen
            if goes_on or len(seen) == 1:
                waiting += sorted(links)
            seen |= links
        for source, path, fragment in sorted(self._anchors):
            if path in self._pages and fragment not in self._pages[path].identifiers:
                self.problems.append(f"{path} has no place #{fragment}, to which {source} leads")

    def _links(self, address: str) -> set[str]:
        """Asks for the address, judges the answer, and returns where it leads to inside the portal."""
        answer = self._visitor.get(address)
        while answer.status == 303:
            answer = self._visitor.get(answer.headers["location"])
        path = answer.path
        self.paths.add(path)
        if answer.status != STATUS.get(path, 200):
            self.problems.append(f"{address} answers {answer.status}")
        if not answer.headers["content-type"].startswith("text/html"):
            return set()
        page = _Page(answer)
        # What text sizes, contrast and the other language lead to is the page that is known already.
        if re.search("[?&](text|lang|contrast)=", address) and len(self.paths) > 1:
            self._visitor.get(f"/?lang={self._language}&text=normal&contrast=normal")
            return set()
        self._pages[path] = page
        if page.twice or page.headings != 1 or page.language != self._language:
            self.problems.append(f"{path}: {page.headings} h1, language {page.language}, twice: {sorted(page.twice)}")
        if re.search(r"\{\{|\}\}|%\{", answer.text):
            self.problems.append(f"{path} shows template syntax")
        return self._inside(path, page)

    def _inside(self, path: str, page: _Page) -> set[str]:
        found = set()
        for link in page.links:
            target = urllib.parse.urlsplit(urllib.parse.urljoin(path, link))
            if target.scheme in ("http", "https") or target.netloc:
                if target.scheme != "https":
                    self.problems.append(f"{path} leads to {link}")
            elif target.scheme == "":
                if target.fragment:
                    self._anchors.add((path, target.path, target.fragment))
                found.add(urllib.parse.urlunsplit(("", "", target.path, target.query, "")))
        return found


def crawl(visitor: Visitor, language: str, start: str = "/", goes_on: bool = True) -> set[str]:
    """The paths of all pages, none of which has a problem."""
    crawl = Crawl(visitor, language)
    crawl.run(start, goes_on)
    if crawl.problems:
        pytest.fail("\n".join(crawl.problems), pytrace=False)
    return crawl.paths


PAGES = {
    *("/", "/register", "/login", "/resume", "/temporary-password", "/about", "/services", "/downloads", "/guidelines"),
    *("/useful-links", "/single-window", "/contact", "/public-enquiries", "/digital-signature", "/feedback", "/sitemap"),
    "/search",
    *("/accessibility", "/help", "/terms", "/privacy", "/copyright", "/hyperlinking", "/admin", "/forgot-password"),
    *("/forgot-id", "/forgot-password/otp", "/assets/css/portal.css", "/assets/js/portal.js", "/captcha/image", "/captcha/sound"),
}


@pytest.mark.parametrize("language", ["en", "hi"])
def test_no_link_of_any_page_is_dead(portal, language: str):
    assert PAGES - crawl(portal.visitor(), language) == set()


@pytest.mark.parametrize("language", ["en", "hi"])
def test_no_link_is_dead_for_somebody_who_is_logged_in(account: FormPosts, language: str):
    account.log_in()
    for page in ["/account", "/filing", *ACCOUNT_PAGES]:
        assert page in crawl(account.visitor, language, start=page, goes_on=False)


def test_no_link_is_dead_in_the_middle_of_a_registration(portal):
    registrant = FormPosts(portal)
    for page in ["/register/account", "/register/otp", "/register/verified", "/register/done"]:
        registrant.walk_to(page)
        for language in ["en", "hi"]:
            assert page in crawl(registrant.visitor, language, start=page, goes_on=False)
