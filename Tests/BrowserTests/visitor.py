"""A visitor without a browser: follows forms as they stand in the page, keeps cookies, follows no redirect."""

import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookiejar import CookieJar


@dataclass
class Form:
    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)


class _Forms(HTMLParser):
    def __init__(self):
        super().__init__()
        self.forms: list[Form] = []
        self._open = False
        self._area: str | None = None

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag == "form":
            self.forms.append(Form(attributes.get("action") or "", (attributes.get("method") or "get").lower()))
            self._open = True
        elif tag == "textarea" and self._open:
            self._area = attributes["name"]
            self.forms[-1].fields[self._area] = ""
        elif tag == "input" and self._open and attributes.get("name"):
            if attributes.get("type") not in ("submit", "button", "checkbox", "radio"):
                self.forms[-1].fields[attributes["name"]] = attributes.get("value") or ""

    def handle_data(self, data):
        if self._area:
            self.forms[-1].fields[self._area] += data

    def handle_endtag(self, tag):
        if tag == "form":
            self._open = False
        elif tag == "textarea":
            self._area = None


@dataclass
class Answer:
    status: int
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")

    @property
    def location(self) -> str:
        return urllib.parse.urlsplit(self.headers.get("location", "")).path

    def form(self, action: str) -> Form:
        parser = _Forms()
        parser.feed(self.text)
        for form in parser.forms:
            if (form.action or self.path) == action:
                return form
        raise AssertionError(f"{self.path} ({self.status}) has no form for {action}")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Visitor:
    def __init__(self, address: str):
        self._address = address
        self._jar = CookieJar()
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), _NoRedirect, urllib.request.HTTPCookieProcessor(self._jar)
        )

    @property
    def cookies(self) -> list[tuple[str, str]]:
        """Names and values."""
        return [(cookie.name, cookie.value or "") for cookie in self._jar]

    def get(self, path: str) -> Answer:
        return self._send(urllib.request.Request(self._address + path), path)

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        body = urllib.parse.urlencode(fields).encode()
        headers = {"Origin": self._address, "Content-Type": "application/x-www-form-urlencoded"}
        return self._send(urllib.request.Request(self._address + path, body, headers), path)

    def submit(self, page: Answer, action: str, **typed: str) -> Answer:
        """Posts the page's form for `action` with what was typed, and with everything the form holds itself."""
        return self.post(action, page.form(action).fields | typed)

    def _send(self, request: urllib.request.Request, path: str) -> Answer:
        try:
            response = self._opener.open(request, timeout=30)
        except urllib.error.HTTPError as error:
            response = error
        with response:
            headers = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status, urllib.parse.urlsplit(path).path, headers, response.read())
