"""Requests as no browser sends them, and the headers of every answer."""

import re

import pytest

import forms
from raw_http import answers, ask, connect, exchange, form_headers, message, receive, where
from routes import PATHS

PORTAL_HEADERS = {
    "content-security-policy": r"default-src 'none'.*frame-ancestors 'none'",
    "x-content-type-options": r"nosniff$",
    "x-frame-options": r"DENY$",
    "referrer-policy": r"same-origin$",
    "permissions-policy": r"camera=\(\)",
    "cross-origin-opener-policy": r"same-origin$",
    "cross-origin-resource-policy": r"same-origin$",
    "cache-control": r"no-store$|public, max-age=31536000, immutable$",
}


def hold(answer, where: str) -> None:
    for name, pattern in PORTAL_HEADERS.items():
        values = answer.all(name)
        assert len(values) == 1 and re.match(pattern, values[0]), f"{where}: {name}: {values}"
    assert answer.all("server") == ["nginx"], where
    assert not answer.all("x-powered-by")
    assert "unsafe" not in answer.one("content-security-policy")


def test_every_answer_of_portal_and_nginx_carries_every_header_once(portal):
    """B12: every path by GET and by POST, what nginx refuses, and what it serves itself."""
    seen = set()
    for path in PATHS:
        for method in ["GET", "POST"]:
            answer = ask(portal, method, path)
            hold(answer, f"{method} {path}")
            seen.add(answer.status)
    for method, target, headers, body in [
        ("GET", "/assets/error.v1.css", [], b""), ("GET", "/assets/none.css", [], b""), ("GET", "/none", [], b""),
        ("GET", "/.git/config", [], b""), ("PUT", "/login", [], b""), ("DELETE", "/admin/login", [], b""),
        ("POST", "/login", [], b"x" * 17_000), ("GET", "/%zz", [], b""), ("GET", "/" + "x" * 5_000, [], b""),
        ("GET", "/", [("Cookie", "x" * 5_000)], b""), ("GET", "/assets/", [], b""), ("GET", "/assets", [], b""),
    ]:  # fmt: skip
        answer = ask(portal, method, target, headers, body)
        hold(answer, f"{method} {target[:40]}")
        seen.add(answer.status)
    assert seen >= {200, 303, 400, 403, 404, 405, 413, 414}


def test_what_nobody_may_keep_is_kept_by_no_cache(account):
    """B11, B12: every page that somebody sees who is known."""
    account.log_in()
    headers = [("Cookie", "; ".join(f"{name}={value}" for name, value in account.visitor.cookies))]
    for path in [path for path in PATHS if path.startswith(("/account", "/register"))]:
        assert ask(account._portal, "GET", path, headers).one("cache-control") == "no-store"


EVIL = ["evil.example", "127.0.0.1.evil.example", "evil.example:8080", "127.0.0.1@evil.example", "evil.example#"]


@pytest.mark.parametrize("host", [*EVIL, "[::1]", "", "127.0.0.1%00.evil.example", "127.0.0.1/evil"])
def test_another_host_gets_no_page(portal, host):
    """A11: closed without an answer, or refused."""
    received = exchange(portal, f"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
    assert received == b"" or answers(received)[0].status == 400
    assert b"ice" not in received or b"evil" not in received


def test_two_hosts_an_absolute_target_and_none_are_refused_or_mean_this_host(portal):
    """A11: on the wire."""
    host, port = where(portal)
    own = f"Host: {host}:{port}\r\n"
    assert answers(exchange(portal, f"GET / HTTP/1.1\r\n{own}Host: evil.example\r\n\r\n".encode()))[0].status == 400
    assert answers(exchange(portal, f"GET / HTTP/1.1\r\n{own}{own}\r\n".encode()))[0].status == 400
    # The host of the target goes before the header (RFC 9112, 3.2.2).
    assert exchange(portal, f"GET http://evil.example/ HTTP/1.1\r\n{own}\r\n".encode(), seconds=3) == b""
    request = f"GET http://{host}:{port}/register HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
    [answer] = answers(exchange(portal, request.encode()))
    assert answer.status == 200 and b"evil" not in answer.body
    for nothing in [b"GET /\r\n\r\n", b"GET / HTTP/1.0\r\n\r\n"]:
        assert exchange(portal, nothing) == b""
    assert answers(exchange(portal, b"GET / HTTP/1.1\r\n\r\n"))[0].status == 400


def test_what_a_visitor_says_of_host_and_address_is_believed_nowhere(own_portal, database):
    """A11: no page, redirect or mail knows another origin, and no counter another address."""
    form = forms.before(own_portal, "/register/account")
    forged = [
        *[
            ("X-Forwarded-Host", "evil.example"),
            ("Forwarded", "for=1.2.3.4;host=evil.example"),
            ("X-Host", "evil.example"),
        ],
        *[("X-Forwarded-For", "1.2.3.4"), ("X-Real-IP", "1.2.3.4"), ("Client-IP", "1.2.3.4"), ("Https", "on")],
        *[("X-Original-URL", "/admin/console"), ("X-HTTP-Method-Override", "DELETE"), ("X-Forwarded-Proto", "https")],
        *[("Proxy", "http://evil.example/"), ("Remote_Addr", "1.2.3.4"), ("Remote-User", "admin")],
    ]
    fields = form.page.form(form.action).fields | form.typed
    body = "&".join(f"{name}={value}" for name, value in fields.items()).encode()
    headers = form_headers(form.visitor, own_portal.address) + forged
    answer = ask(own_portal, "POST", form.action, headers, body, form.visitor.source)
    assert (answer.status, answer.one("location")) == (303, "/register/otp")
    own_portal.messages.one_time_passwords(form.posts.registrant)
    for recipient in [form.posts.registrant.email, form.posts.registrant.mobile]:
        assert all("evil" not in file.read_text("utf-8") for file in own_portal.messages.to(recipient))
    for path in ["/", "/register", "/login", "/no-such-page", "/account"]:
        answer = ask(own_portal, "GET", path, forged)
        assert b"evil" not in answer.body and all("evil" not in value for _, value in answer.headers)
        assert all("Secure" not in value for value in answer.all("set-cookie"))
    addresses = database.rows("SELECT DISTINCT client_address FROM audit_events")
    assert ["1.2.3.4"] not in addresses and [form.visitor.source] in addresses


BODY = b"form_token=x"


@pytest.mark.parametrize(
    "headers",
    [
        "Content-Length: 12\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 12\r\n",
        "Content-Length: 12\r\nContent-Length: 13\r\n",
        "Content-Length: 12\r\nContent-Length: 12\r\n",
        "Content-Length: 12, 12\r\n",
        "Content-Length: -1\r\n",
        "Content-Length: +12\r\n",
        "Content-Length: 0x0c\r\n",
        "Content-Length: 100000000000000000000\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
        "Transfer-Encoding: identity, chunked\r\n",
        "Transfer-Encoding: xchunked\r\n",
        "Content-Length: 12\r\nX-Folded: a\r\n b\r\n",
        "Content-Length: 12\r\nX: a\x00b\r\n",
        "Content-Length : 12\r\n",
        " Content-Length: 12\r\n",
    ],
)
def test_a_request_with_two_meanings_is_refused_and_carries_no_second_one(portal, headers):
    """E5: lengths, chunks and folds."""
    host, port = where(portal)
    smuggled = b"GET /smuggled HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    form = "Content-Type: application/x-www-form-urlencoded\r\n"
    request = f"POST /login HTTP/1.1\r\nHost: {host}:{port}\r\n{form}{headers}\r\n"
    found = answers(exchange(portal, request.encode() + BODY + b"0\r\n\r\n" + smuggled, seconds=3))
    assert found and found[0].status in (400, 413, 501)
    assert len(found) == 1, [answer.status for answer in found]


@pytest.mark.parametrize(
    "chunks",
    [
        b"5;x=\r\nabcde\r\n0\r\n\r\n", b"-1\r\n\r\n", b"FFFFFFFFFFFFFFFFF\r\n", b"0x5\r\nabcde\r\n0\r\n\r\n",
        b"4001\r\n" + b"x" * 0x4001 + b"\r\n0\r\n\r\n", b"5\nabcde\n0\n\n", b"zz\r\n",
    ],
)  # fmt: skip
def test_chunks_of_any_kind_are_one_request_or_none(portal, chunks):
    """E5: the portal sees a body whole or not at all."""
    host, port = where(portal)
    head = f"POST /login HTTP/1.1\r\nHost: {host}:{port}\r\nTransfer-Encoding: chunked\r\n"
    head += "Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n\r\n"
    found = answers(exchange(portal, head.encode() + chunks, seconds=12))
    assert [answer.status for answer in found] in ([400], [403], [413], [408], [])


@pytest.mark.parametrize("name", ["Cookie", "Origin", "Content-Type", "User-Agent", "Sec-Fetch-Site"])
def test_a_header_that_stands_twice_is_refused(own_portal, name):
    """B3, E5: nobody can say which of the two is meant."""
    form = forms.before(own_portal, "/login")
    fields = form.page.form("/login").fields | form.typed
    body = "&".join(f"{key}={value}" for key, value in fields.items()).encode()
    headers = form_headers(form.visitor, own_portal.address) + [("User-Agent", "x"), ("Sec-Fetch-Site", "same-origin")]
    assert ask(own_portal, "POST", "/login", headers, body, form.visitor.source).status == 422
    twice = headers + [(key, value) for key, value in headers if key == name]
    answer = ask(own_portal, "POST", "/login", twice, body, form.visitor.source)
    assert answer.status == 400, name


def test_requests_in_one_go_are_answered_in_their_order(portal):
    """E5: as many answers as requests, and each its own."""
    host, port = where(portal)
    paths = ["/login", "/no-such-page", "/assets/error.v1.css", "/register"]
    with connect(portal, seconds=5) as connection:
        for path in paths[:-1]:
            connection.sendall(message("GET", path, [("Host", f"{host}:{port}")]))
        connection.sendall(message("GET", paths[-1], [("Host", f"{host}:{port}"), ("Connection", "close")]))
        received = receive(connection)
    statuses = [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", received)]
    assert statuses == [200, 404, 200, 200]


def test_the_second_protocol_without_encryption_is_not_spoken(portal):
    """E5: HTTP/2 by prior knowledge and by an upgrade."""
    preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00"
    received = exchange(portal, preface, seconds=3)
    assert not received or answers(received)[0].status in (400, 405, 505)
    upgrade = [("Upgrade", "h2c"), ("HTTP2-Settings", "AAMAAABkAARAAAAAAAIAAAAA")]
    upgrade += [("Connection", "Upgrade, HTTP2-Settings")]
    host, port = where(portal)
    received = exchange(portal, message("GET", "/login", [("Host", f"{host}:{port}"), *upgrade]), seconds=3)
    assert b"HTTP/1.1 200" in received and b"101 " not in received[:20]
