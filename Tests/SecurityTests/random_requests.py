"""Requests drawn at random: every path and every form, and bytes of any kind where a browser would send text."""

import random
import string
import urllib.parse

import forms
from addresses import DistantPortal
from raw_http import form_headers, message, where
from routes import PATHS

METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "CONNECT", "get", "M-SEARCH"]
HEADERS = [
    *["Accept", "Accept-Encoding", "Accept-Language", "Authorization", "Content-Type", "Cookie"],
    *["Expect", "Host", "If-Modified-Since", "If-None-Match", "Origin", "Proxy", "Range", "Referer"],
    *["Sec-Fetch-Site", "Upgrade", "User-Agent", "X-Forwarded-For", "X-Forwarded-Host"],
]
COOKIES = ["icegate_session", "icegate_language", "icegate_text_size", "icegate_contrast", "icegate_notice"]
TEXTS = [
    *["'", '"', "<", "&", "{{", "}}", "\\", "%", "+", "=", ";", ",", ".", "/", "..", "-", "@", "\r\n", "\n", "\0", " "],
    *["0", "1", "-1", "9" * 30, "1e9", "0x0", "true", "null", "' OR 1=1 -- ", "<script>", "=cmd|' /C calc'!A0", "ß"],
    *["\u202e", "\u200d", "\ufeff", "e" + "\u0301" * 200, "\U0010ffff", "\u0967\u0968\u0969", "\u212a", "A" * 1_024],
]
# How often a form is laid before the requests anew: tries end, and sessions go on to another step.
DRAWS_OF_A_FORM = 100


def escaped(data: bytes) -> bytes:
    return urllib.parse.quote_from_bytes(data, safe="").encode()


class RandomRequests:
    """The same seed draws the same requests, but for tokens and names."""

    def __init__(self, portal: DistantPortal, seed: str):
        self._portal = portal
        self._random = random.Random(seed)
        host, port = where(portal)
        self._host = f"{host}:{port}"
        self._forms: dict[str, tuple[int, forms.Form]] = {}

    def draw(self) -> tuple[bytes, bool]:
        """A request, and whether it is whole; after one that is not, nginx would wait for the rest."""
        kind = self._random.random()
        if kind < 0.5:
            return self._filled_form(), True
        if kind < 0.7:
            return self._any_form(), True
        if kind < 0.9:
            return self._any_page(), True
        return self._damaged(self._random.choice([self._filled_form, self._any_form, self._any_page])()), False

    def _filled_form(self) -> bytes:
        """A form with its token and captcha, in which some fields are not what was asked for."""
        form = self._form(self._random.choice(forms.ALL))
        # The captcha's token stands for a picture; the test answer is right for every one.
        fields = form.page.form(form.action).fields | form.typed
        typed = self._random.sample(sorted(form.typed), self._random.randint(1, len(form.typed)))
        pairs = []
        for name, value in fields.items():
            data = value.encode()
            pairs.append(escaped(name.encode()) + b"=" + (self._value(data) if name in typed else escaped(data)))
        if self._random.random() < 0.1:
            pairs += [self._value(b"x") + b"=" + self._value(b"") for _ in range(self._random.randint(1, 30))]
        if self._random.random() < 0.05:
            self._random.shuffle(pairs)
            pairs = pairs[: self._random.randint(0, len(pairs))] + pairs[:1]
        headers = form_headers(form.visitor, self._portal.address)
        return self._message("POST", form.action, headers, b"&".join(pairs))

    def _any_form(self) -> bytes:
        """A post of anything to any place."""
        kinds = ["application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=x", "text/plain"]
        headers = [("Content-Type", self._random.choice([*kinds, "multipart/form-data; boundary=x"]))]
        headers += self._random.choice([[], [("Origin", self._portal.address)], [("Origin", self._text())]])
        pairs = [self._value(b"form_token") + b"=" + self._value(b"") for _ in range(self._random.randint(0, 8))]
        return self._message("POST", self._target(), headers + self._headers(), b"&".join(pairs))

    def _any_page(self) -> bytes:
        method = "GET" if self._random.random() < 0.7 else self._random.choice(METHODS)
        return self._message(method, self._target(), self._headers(), b"")

    def _damaged(self, request: bytes) -> bytes:
        """With bytes changed, taken away or put in, anywhere."""
        data = bytearray(request)
        for _ in range(self._random.randint(1, 8)):
            at = self._random.randrange(len(data) + 1)
            match self._random.randrange(4):
                case 0:
                    data[at : at + 1] = self._random.randbytes(1)
                case 1:
                    del data[at : at + self._random.randint(1, 20)]
                case 2:
                    data[at:at] = self._random.randbytes(self._random.randint(1, 20))
                case 3:
                    del data[at:]
        return bytes(data)

    def _form(self, action: str) -> forms.Form:
        draws, form = self._forms.get(action, (0, None))
        if form is None or draws == DRAWS_OF_A_FORM:
            draws, form = 0, forms.before(self._portal, action)
        self._forms[action] = draws + 1, form
        return form

    def _message(self, method: str, target: str, headers: list[tuple[str, str]], body: bytes) -> bytes:
        usual = [("Host", self._host), ("Connection", "close")]
        if body or method == "POST":
            usual.append(("Content-Length", str(len(body))))
        named = {name for name, _ in headers}
        return message(method, target, [pair for pair in usual if pair[0] not in named] + headers, body)

    def _target(self) -> str:
        path = self._random.choice(PATHS)
        if self._random.random() < 0.3:
            at = self._random.randrange(len(path) + 1)
            path = path[:at] + self._random.choice(["/", "//", "..", ".", "%2e", "%00", "%ff", "a", "%", self._text()])
        if self._random.random() < 0.5:
            names = ["token", "q", "lang", "next", "notice", "format", "size", "n", "".join(self._letters())]
            count = self._random.randint(1, 40 if self._random.random() < 0.05 else 4)
            values = [f"{self._random.choice(names)}={self._value(b'').decode('latin-1')}" for _ in range(count)]
            path += "?" + "&".join(values)
        # A blank would end it, and a line end the line.
        return path.translate({ord(character): None for character in " \r\n\t\0"}) or "/"

    def _headers(self) -> list[tuple[str, str]]:
        names = self._random.sample(HEADERS, self._random.choice([0, 1, 1, 2, 3, 8]))
        if self._random.random() < 0.1:
            names.append("".join(self._letters()) or "X")
        found = []
        for name in names:
            value = self._text()
            if name == "Cookie":
                value = "; ".join(f"{self._random.choice(COOKIES)}={self._text()}" for _ in range(3))
            elif name == "Host" and self._random.random() < 0.8:
                # What ends at nginx is drawn seldom.
                continue
            found.append((name, value.replace("\r", "").replace("\n", "").replace("\0", "")))
        return found

    def _letters(self) -> list[str]:
        return self._random.choices(string.ascii_letters + "-_[]", k=self._random.randint(1, 30))

    def _text(self) -> str:
        """Characters that are bytes each."""
        return self._bytes(b"").decode("latin-1")

    def _value(self, usual: bytes) -> bytes:
        """For a field: escaped as browsers do, or as it is."""
        data = self._bytes(usual)
        return data if self._random.random() < 0.15 else escaped(data)

    def _bytes(self, usual: bytes) -> bytes:
        # Bytes that are no text end at the first check, so they are drawn seldom.
        match self._random.choices(range(6), [1, 1, 8, 6, 6, 8])[0]:
            case 0:
                return self._random.randbytes(self._random.randint(0, 60))
            case 1:
                return self._random.randbytes(self._random.randint(0, 1_100))
            case 2:
                return "".join(self._random.choices(TEXTS, k=self._random.randint(0, 4))).encode()
            case 3:
                scalars = (self._random.choice([0x7F, 0x7FF, 0xD7FF, 0x10FFFF]) for _ in range(20))
                drawn = [self._random.randrange(1, limit) for limit in scalars]
                return "".join(chr(scalar) for scalar in drawn if not 0xD800 <= scalar < 0xE000).encode()
            case 4:
                data = bytearray(usual or b"0000000002")
                data[self._random.randrange(len(data))] = self._random.randrange(128)
                return bytes(data)
            case _:
                return usual * self._random.choice([0, 1, 1, 1, 2, 50])
