"""Forms that another site sends, fields that no form has, and methods that are not meant."""

import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

import forms
from browsers import open_context
from raw_http import ask, form_headers
from routes import PATHS

TABLES = ["accounts", "registrations", "otp_pairs", "outbox", "icegate_ids", "sessions", "attempt_counters", "feedback"]


def state(database) -> list[str]:
    """Checksums of what a form may change, and who is known."""
    columns = ", ".join(f"(SELECT COUNT(*) FROM {table})" for table in TABLES)
    [counts] = database.rows(f"SELECT {columns}, (SELECT GROUP_CONCAT(step ORDER BY id) FROM registrations)")
    return counts


def body(fields: dict[str, str | None]) -> bytes:
    return urllib.parse.urlencode({name: value for name, value in fields.items() if value is not None}).encode()


@pytest.mark.parametrize("action", forms.ALL)
def test_a_post_without_its_own_token_changes_nothing(own_portal, database, action):
    """B1, B2: none, wrong, another session's, another form's and an older session's, at every form."""
    form = forms.before(own_portal, action)
    stranger = own_portal.from_another().visitor()
    foreign = stranger.get("/register").form("/register").fields["form_token"]
    fields = form.page.form(action).fields | form.typed
    right = fields["form_token"]
    other = form.page.form("/language").fields["form_token"]
    before = state(database)
    for token in [None, "", "0" * 64, foreign, other, right[:-1], right.upper(), right + "0"]:
        headers = form_headers(form.visitor, own_portal.address)
        answer = ask(own_portal, "POST", action, headers, body(fields | {"form_token": token}), form.visitor.source)
        assert answer.status == 403, token
        assert not answer.all("set-cookie")
    # With the token and without the cookie it belongs to.
    headers = [("Content-Type", "application/x-www-form-urlencoded"), ("Origin", own_portal.address)]
    assert ask(own_portal, "POST", action, headers, body(fields), form.visitor.source).status == 403
    assert state(database) == before


ELSEWHERE = [
    [("Origin", "null")], [("Origin", "http://evil.example")], [("Origin", "http://127.0.0.1")],
    [("Origin", "http://127.0.0.1:1")], [("Origin", "https://127.0.0.1")], [("Origin", "")],
    [("Sec-Fetch-Site", "cross-site")], [("Sec-Fetch-Site", "same-site")], [("Sec-Fetch-Site", "")],
]  # fmt: skip


@pytest.mark.parametrize("headers", ELSEWHERE)
def test_a_form_from_another_origin_is_refused_with_the_right_token(own_portal, database, headers):
    """B1, B2, B3: at the first step and at login."""
    for action in ["/register/account", "/login"]:
        form = forms.before(own_portal, action)
        fields = form.page.form(action).fields | form.typed
        before = state(database)
        sent = form_headers(form.visitor, None) + headers
        assert ask(own_portal, "POST", action, sent, body(fields), form.visitor.source).status == 403
        assert state(database) == before


@pytest.fixture
def other_site(own_portal):
    """A page of another origin that sends a form to the portal as soon as it is opened."""
    forged: dict[str, dict[str, str]] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            action = self.path.split("?")[0]
            inputs = "".join(f'<input name="{name}" value="{value}">' for name, value in forged[action].items())
            page = f"<form method=post action='{own_portal.address}{action}'>{inputs}</form><script>document.forms[0].submit()</script>"
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port, forged
    server.shutdown()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_page_of_another_origin_does_nothing_in_the_browser_of_who_is_logged_in(
    chromium, own_portal, database, account, other_site, host
):
    """B1, B2: with the right token even, which no other origin can read; the same site and another."""
    port, forged = other_site
    account.log_in()
    context = open_context(chromium, own_portal)
    context.add_cookies([{"name": n, "value": v, "url": own_portal.address} for n, v in account.visitor.cookies])
    token = account.visitor.get("/account/sessions").form("/account/sessions").fields["form_token"]
    out = account.visitor.get("/account").form("/logout").fields["form_token"]
    forged |= {
        "/logout": {"form_token": out},
        "/account/sessions": {"form_token": token, "all": "1"},
        "/account/contact": {"email": "thief@example.com", "password": account.password, "form_token": "0"},
        "/login": {"icegate_id": account.icegate_id, "password": account.password},
    }
    before = state(database)
    page = context.new_page()
    for action in forged:
        with page.expect_response(lambda response: response.url == own_portal.address + action) as answer:
            page.goto(f"http://{host}:{port}{action}")
        assert answer.value.status == 403, action
    page.goto("/account")
    assert page.url == own_portal.address + "/account"
    assert state(database) == before
    context.close()


def test_nothing_is_done_by_get_head_or_a_method_that_is_none(own_portal, database, account):
    """B4: every path, in the session of somebody who is logged in, with a form's fields in the query."""
    account.log_in()
    cookies = [("Cookie", "; ".join(f"{name}={value}" for name, value in account.visitor.cookies))]
    token = account.visitor.get("/account").form("/logout").fields["form_token"]
    before = state(database)
    only_by_post = set()
    for path in PATHS:
        for method in ["GET", "HEAD"]:
            answer = ask(own_portal, method, f"{path}?form_token={token}&to=hi&all=1", cookies)
            assert answer.status in (200, 303, 403, 404, 405), f"{method} {path}: {answer.status}"
            if answer.status == 405:
                only_by_post.add(path)
                assert answer.one("allow") == "POST"
        for method in ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get", "POSTS"]:
            assert ask(own_portal, method, path, cookies).status in (400, 403, 405), f"{method} {path}"
    assert only_by_post >= {
        "/logout",
        "/language",
        "/register/otp/resend",
        "/account/contact/otp/resend",
        "/admin/logout",
    }
    assert state(database) == before
    assert account.visitor.get("/account").status == 200


EXTRA = {
    "email": "thief@example.com", "mobile": "7999999999", "iec": "0000000005", "gstin": "30CBJCZ0000F1ZZ",
    "role": "admin", "verified": "1", "verified_at": "2026-01-01", "step": "finished", "id": "1", "account_id": "1",
    "registration_id": "1", "category": "filer", "is_active": "1", "icegate_id": "ADMIN", "new_pair": "1",
}  # fmt: skip


def test_fields_that_a_form_does_not_have_are_no_fields(own_portal, database):
    """B14, B16: contacts come from the master, and nothing says who somebody is but the session."""
    victim = forms.before(own_portal, "/register/otp").posts
    form = forms.before(own_portal, "/register/account")
    number = database.value(f"SELECT id FROM registrations WHERE iec = '{victim.registrant.iec}'")
    extra = EXTRA | {
        "registration_id": number,
        "id": number,
        "iec": victim.registrant.iec,
        "gstin": victim.registrant.gstin,
    }
    del extra["icegate_id"]
    assert form.submit(**extra).location == "/register/otp"
    own = form.posts.registrant
    own_portal.messages.one_time_passwords(own)
    assert own_portal.messages.to("7999999999") == [] == own_portal.messages.to("thief@example.com")
    [row] = database.rows(
        f"SELECT iec, gstin, step, email, mobile, verified_at FROM registrations WHERE icegate_id = '{form.posts.icegate_id}'"
    )
    assert row == [own.iec, own.gstin, "otp_sent", own.email, own.mobile, None]
    # The victim's codes with the victim's number, in the attacker's session.
    mobile, email = own_portal.messages.one_time_passwords(victim.registrant)
    page = form.visitor.get("/register/otp")
    stolen = form.visitor.submit(page, "/register/otp", mobile_otp=mobile, email_otp=email, **extra)
    assert stolen.status == 422
    assert victim.visitor.get("/register/otp").status == 200


HIDDEN = {"form_token", "captcha_token", "next", "username", "session", "all", "new_pair", "new_captcha"}


@pytest.mark.parametrize("action", forms.ALL)
def test_no_form_holds_a_number_of_a_record(own_portal, action):
    """B16: what a form holds beside what is typed are tokens; a session of one's own is named by a hash."""
    form = forms.before(own_portal, action)
    held = set(form.page.form(action).fields) - set(form.typed)
    assert held <= HIDDEN, held


def test_the_paths_of_one_registration_show_nothing_of_another(own_portal):
    """B16: numbers in addresses are read by nobody."""
    form = forms.before(own_portal, "/register/account")
    plain = form.visitor.get("/register/account")
    for query in ["?id=1", "?registration_id=1", "?iec=0000000002", "?account=1", "?session=1"]:
        answer = form.visitor.get("/register/account" + query)
        assert form.posts.registrant.email in answer.text and answer.text.count("@example.com") == plain.text.count(
            "@example.com"
        )
    for path in ["/account/1", "/account/activity/1", "/register/account/1", "/account/registration?id=1"]:
        assert form.visitor.get(path).status in (303, 404)


POLLUTED = {
    "twice": b"icegate_id=A&icegate_id=B",
    "twice by escape": b"icegate_id=A&icegate%5Fid=B",
    "brackets": b"icegate_id[]=A&icegate_id[]=B",
    "an index": b"icegate_id[0]=A",
    "a token twice": b"form_token=x",
    "a name with a blank": b"icegate+id=A",
}


@pytest.mark.parametrize("kind", POLLUTED)
def test_a_field_given_twice_is_a_400(own_portal, kind):
    """B15: in a body, in a query, and in both."""
    form = forms.before(own_portal, "/login")
    fields = body(form.page.form("/login").fields | {"password": "x"})
    headers = form_headers(form.visitor, own_portal.address)
    sent = fields.replace(b"&icegate_id=", b"") + b"&" + POLLUTED[kind]
    assert ask(own_portal, "POST", "/login", headers, sent, form.visitor.source).status == 400
    query = POLLUTED[kind].decode() if kind != "a token twice" else "form_token=x&form_token=y"
    assert ask(own_portal, "GET", f"/login?{query}").status == 400
    both = ask(
        own_portal, "POST", "/login?icegate_id=A", headers, body(form.page.form("/login").fields), form.visitor.source
    )
    assert both.status == 400
