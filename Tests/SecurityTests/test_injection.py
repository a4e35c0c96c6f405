"""SQL, commands and log lines by way of what a visitor sends."""

import json
import re
import time
from pathlib import Path

import pytest

import forms
from form_posts import FormPosts
from processes import portal_process, traced
from raw_http import ask, form_headers
from routes import PATHS
from set_ups import run_directory

# None is too long for a field; each carries a word that stands nowhere else.
SQL = [
    "zq7' OR '1'='1' -- ",
    "zq7'; DROP TABLE accounts; -- ",
    "zq7\\",
    "zq7' UNION SELECT SLEEP(5), 1 -- ",
    'zq7") OR SLEEP(5) #',
    "zq7 %' AND 1=(SELECT 1 FROM mysql.user) /*",
]


@pytest.fixture
def statements(database):
    """Every statement that MariaDB is given: kind and text."""
    database.rows("SET GLOBAL log_output = 'TABLE'; SET GLOBAL general_log = ON")
    # The text as hexadecimal: nonces and hashes are bytes.
    heard = "SELECT command_type, HEX(argument) FROM mysql.general_log WHERE user_host LIKE 'icegate_portal%'"
    yield lambda: [(kind, bytes.fromhex(text or "").decode("latin-1")) for kind, text in database.rows(heard)]
    database.rows("SET GLOBAL general_log = OFF; TRUNCATE TABLE mysql.general_log")


def counts(database) -> list[str]:
    tables = "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'icegate'"
    rows = "SELECT COUNT(*) FROM icegate_ids WHERE icegate_id LIKE '%zq7%'"
    return [database.value(tables), database.value(rows), database.value("SELECT COUNT(*) FROM accounts")]


@pytest.mark.parametrize("action", forms.ALL)
def test_sql_in_a_field_is_a_value_and_nothing_else(own_portal, database, statements, action):
    """A1: every field of every form."""
    form = forms.before(own_portal, action)
    before = counts(database)
    for field in {**form.typed, "captcha_token": ""}:
        for payload in SQL:
            started = time.monotonic()
            answer = form.submit(**{field: payload})
            assert answer.status in (200, 303, 422, 429), f"{field}={payload}: {answer.status}"
            assert time.monotonic() - started < 4, f"{field}={payload}"
            assert "SQL" not in answer.text and "MariaDB" not in answer.text
            if answer.status == 303:
                # It was taken, as a captcha's token is while a test answer stands: on to a fresh form.
                form = forms.before(own_portal, action)
                before = counts(database)
    assert counts(database) == before
    heard = statements()
    assert any(kind == "Execute" for kind, _ in heard)
    spoken = [text for kind, text in heard if kind in ("Query", "Prepare") and "zq7" in text]
    assert spoken == []


def test_sql_in_cookies_headers_and_queries_is_a_value_and_nothing_else(own_portal, database, statements):
    """A1: what is no field."""
    visitor = own_portal.visitor()
    page = visitor.get("/login")
    token = page.form("/login").fields["form_token"]
    before = counts(database)
    for payload in SQL:
        cookie = payload.replace(";", "%3B")
        headers = [
            ("Cookie", f"icegate_session={cookie}; icegate_language={cookie}; icegate_text_size={cookie}"),
            ("User-Agent", payload), ("Referer", payload), ("Accept-Language", payload), ("X-Forwarded-For", payload),
        ]  # fmt: skip
        escaped = payload.replace("%", "%25").replace(" ", "%20").replace("#", "%23")
        for target in ["/register", "/account", "/captcha/image?token=" + escaped, "/search?q=" + escaped]:
            started = time.monotonic()
            assert ask(own_portal, "GET", target, headers).status in (200, 303, 404)
            assert time.monotonic() - started < 4
        # The browser's name is kept with what is done: here with a refused login.
        headers = form_headers(visitor, own_portal.address) + [("User-Agent", payload)]
        body = f"form_token={token}&icegate_id=NOBODY&password=x&captcha={own_portal.captcha}".encode()
        assert ask(own_portal, "POST", "/login", headers, body, own_portal.source).status in (422, 429)
    assert counts(database) == before
    assert [text for kind, text in statements() if kind in ("Query", "Prepare") and "zq7" in text] == []


def test_a_whole_registration_starts_no_program(own_portal, tmp_path: Path):
    """A14: with names that a shell would run."""
    log = tmp_path / "calls"
    with traced(portal_process(), "execve,execveat,fork,vfork,accept,accept4", log):
        for name in ["$(id)", "|id", "`id`", "../../etc/passwd", "-oQ/tmp"]:
            forms.before(own_portal, "/register/account").submit(icegate_id=name)
            forms.before(own_portal, "/feedback").submit(email=f"{name}@b.in", feedback=name)
        posts = FormPosts(own_portal)
        posts.walk_to("/register/done")
        posts.log_in()
        posts.visitor.get("/account/activity?format=csv")
    calls = log.read_text()
    assert "accept" in calls
    assert not re.search(r"\b(execve|execveat|fork|vfork)\(", calls), calls


@pytest.mark.parametrize(
    "path",
    [
        *["/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/assets/../portal.conf", "/assets/..%5cportal.conf"],
        *["/assets/%2e%2e/snippets/http.conf", "/assets//etc/passwd", "/..%2f..%2fetc/passwd", "/assets../portal.conf"],
    ],
)
def test_no_path_leads_out_of_the_assets(portal, path):
    """A14, E19: ways out of the folder."""
    answer = ask(portal, "GET", path)
    assert answer.status in (400, 404)
    assert b"root:" not in answer.body and b"server_name" not in answer.body


HOSTILE = [
    'quote " backslash \\ brace }',
    "escape \x1b[31mred\x1b[0m",
    "high bytes \xff\xfe\xc3\x28",
    '","status":200,"agent":"forged',
    "tab \t and bell \x07",
    "percent %0a%0d%00 \\n\\r",
    "x" * 3_500,
]


def test_each_request_is_one_whole_line_of_the_log_whatever_it_holds(own_portal):
    """A12: in user agents and paths."""
    word = f"mark-{time.time_ns()}"
    for number, text in enumerate(HOSTILE):
        ask(own_portal, "GET", f"/no-{word}", [("User-Agent", f"{word} {number} {text}")])
        escaped = "".join(f"%{ord(character):02X}" for character in text[:300])
        ask(own_portal, "GET", f"/{word}-{number}-{escaped}?q={escaped}")
        # A target with bytes as they are.
        ask(own_portal, "GET", f"/{word}-{number}-\xe0\xa4\xff")
    log = (run_directory() / "nginx" / "access.log").read_bytes().split(b"\n")
    lines = [line for line in log if word.encode() in line]
    assert len(lines) == 3 * len(HOSTILE)
    for line in lines:
        # Bytes that are no UTF-8 stand as they came: programs that read logs replace them.
        record = json.loads(line.decode("utf-8", "replace"))
        assert record["client"].startswith("127.") and isinstance(record["status"], int)
        assert len(line) < 24_000
        assert not re.search(rb"[\x00-\x1f\x7f]", line)
    errors = (run_directory() / "nginx" / "error.log").read_bytes()
    assert not re.search(rb"[\x00-\x09\x0b-\x1f]", errors)


def test_the_portals_log_repeats_nothing_that_was_sent(own_portal):
    """A12: one line for each event, none of it the visitor's."""
    word = f"mark{time.time_ns()}"
    for action in ["/register", "/login", "/feedback"]:
        form = forms.before(own_portal, action)
        for field in form.typed:
            form.submit(**{field: f"{word}\r\n2026-01-01T00:00:00+0000 error icegate-portal: [x] forged"})
    for target in [f"/{word}%0aforged", f"/register?{word}=%ff", f"/captcha/image?token={word}%0a"]:
        ask(own_portal, "GET", target)
    log = (run_directory() / "portal.log").read_text("utf-8")
    assert word not in log
    start = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4} (info|notice|warning|error|critical) icegate-portal:")
    assert all(start.match(line) for line in log.splitlines())


def test_no_path_answers_with_a_header_of_the_visitors_making(own_portal):
    """A10: line ends in queries, paths, cookies and the language's form."""
    forged = "%0d%0aSet-Cookie:%20forged=1%0d%0a%0d%0aforged"
    cookie = [("Cookie", "icegate_language=en%0d%0aForged: 1; icegate_session=0%0d%0aForged: 1")]
    for path in PATHS:
        for name in ["lang", "text", "ended", "notice", "reference", "token", "q", "again", "next"]:
            answer = ask(own_portal, "GET", f"{path}?{name}=en{forged}", cookie)
            assert answer.status < 500, f"{path}?{name}"
            names = {name for name, _ in answer.headers}
            assert "forged" not in names and not any("forged" in value for value in answer.all("set-cookie"))
            assert all("forged" not in value.lower() for _, value in answer.headers), f"{path}?{name}"
    visitor = own_portal.visitor()
    page = visitor.get("/register")
    for field in ["to", "next"]:
        answer = visitor.submit(page, "/language", **({"to": "hi"} | {field: "hi\r\nSet-Cookie: forged=1"}))
        assert answer.status in (303, 400)
        assert "forged" not in str(answer.headers)
