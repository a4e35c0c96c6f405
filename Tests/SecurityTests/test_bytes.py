"""Bytes and letters that are not what they look like, and more of them than there may be."""

import subprocess
import time

import pytest

import forms
from processes import portal_process, resident_kibibytes
from raw_http import ask, form_headers

# Percent-encoded as they go into a body.
BROKEN = {
    "cut short": "%E0%A4",
    "overlong": "%C0%AF",
    "a surrogate": "%ED%A0%80",
    "beyond Unicode": "%F4%90%80%80",
    "alone": "%FF",
    "half an escape": "%E0%A4%A",
    "no escape": "%zz",
    "NUL": "a%00b",
}
ODD = ["a\u202eb", "a\u200db", "\ufeff", "\U0010ffff", "a\u0001b", "e" + "\u0301" * 300, "\x7f", "\x1b[2J"]
NAMES = [
    "\u0410DMIN1", "TRАDER1", "\uff34RADER1", "TRADER\u212a", "tra\u017fer1", "TRA\u200dDER", "TRADER1\n", "TRADER1\r",
    "TRADER1\u0000", "TRADER\u00a01", "TRADER1\u202e", "\u0967\u0968\u0969", "TRADER1 ", " TRADER1", "TRADER\t1",
    "\u00c4RGER",
]  # fmt: skip
RESERVED = ["admin", "ADMIN", "icegate", "Icegate", "null", "root", "customs", "support", "-", "_", "___", "-_-"]


def encoded(form: forms.Form, field: str, raw: str) -> bytes:
    fields = form.page.form(form.action).fields | form.typed
    pairs = [f"{name}={value.replace(' ', '+')}" for name, value in fields.items() if name != field]
    return "&".join([*pairs, f"{field}={raw}"]).encode()


def post_raw(portal, form: forms.Form, body: bytes):
    headers = form_headers(form.visitor, portal.address)
    return ask(portal, "POST", form.action, headers, body, form.visitor.source)


@pytest.mark.parametrize("action", forms.ALL)
def test_bytes_that_are_no_text_are_a_400_and_odd_text_a_message(own_portal, action):
    """A15: in every field of every form, and the process lives on."""
    process = portal_process()
    form = forms.before(own_portal, action)
    for field in form.typed:
        is_password = field in ("password", "new_password", "confirm_password")
        for kind, raw in BROKEN.items():
            status = post_raw(own_portal, form, encoded(form, field, raw)).status
            # A password may hold NUL, so that its policy says what is wrong with it.
            expected = (200, 303, 422, 429) if kind == "NUL" and is_password else (400,)
            assert status in expected, f"{field}, {kind}: {status}"
        for text in ODD:
            answer = form.submit(**{field: text})
            assert answer.status in (200, 303, 413, 422, 429), f"{field}={text!r}: {answer.status}"
            if answer.status == 303:
                form = forms.before(own_portal, action)
    assert portal_process() == process
    assert own_portal.visitor().get("/readyz").status == 200


def test_names_in_other_scripts_with_joiners_or_line_ends_are_no_icegate_ids(own_portal, database):
    """A16: on the page."""
    form = forms.before(own_portal, "/register/account")
    before = database.value("SELECT COUNT(*) FROM icegate_ids")
    for name in NAMES:
        status = form.submit(icegate_id=name).status
        assert status == (400 if "\u0000" in name else 422), f"{name!r}: {status}"
    assert database.value("SELECT COUNT(*) FROM icegate_ids") == before


TABLE_NAMES = ["X'41420A'", "X'414200'", "'AB '", "' AB'", "''", "'A.B'", "'A''B'", f"'{'A' * 26}'", "X'D09041'"]


@pytest.mark.parametrize("name", TABLE_NAMES)
def test_the_table_of_names_takes_no_such_name_whatever_a_program_does(database, account, name):
    """A16: in the database."""
    statement = "START TRANSACTION; UPDATE icegate_ids SET icegate_id = {} WHERE icegate_id = '{}'; ROLLBACK"
    database.rows(statement.format("'FREE-NAME'", account.icegate_id))
    with pytest.raises(subprocess.CalledProcessError) as refused:
        database.rows(statement.format(name, account.icegate_id))
    # A breach of the table's form, a text that is too long, and one that is not of the column's letters.
    assert any(f"ERROR {code} " in refused.value.stderr for code in (4025, 1406, 1366))


def test_another_ones_name_in_other_case_or_with_blanks_is_not_to_be_had(own_portal, account):
    """A17: taken, or no name at all."""
    form = forms.before(own_portal, "/register/account")
    name = account.icegate_id
    for other in [name.lower(), name.title(), name.swapcase()]:
        answer = form.submit(icegate_id=other)
        assert answer.status == 422 and "This ICEGATE ID already exists" in answer.text
    for other in [f"{name} ", f" {name}", f"{name}\t", f"{name}\u00a0", f"{name}\n"]:
        answer = form.submit(icegate_id=other)
        assert answer.status == 422 and "already exists" not in answer.text


def test_names_of_offices_and_names_that_are_none_are_refused(own_portal):
    """A18: whatever their case."""
    form = forms.before(own_portal, "/register/account")
    for name in RESERVED:
        assert form.submit(icegate_id=name).status == 422, name


TOO_MUCH = {
    "a body of 17 KB": ("POST", "/login", [], b"a=" + b"x" * 17_000, 413),
    "2,000 fields": ("POST", "/login", [], b"&".join(b"a%d=" % n for n in range(2_000)), 413),
    "33 fields": ("POST", "/login", [], b"&".join(b"a%d=" % n for n in range(33)), 413),
    "a field of 1,025 bytes": ("POST", "/login", [], b"icegate_id=" + b"x" * 1_025, 413),
    "a name of 1,025 bytes": ("POST", "/login", [], b"x" * 1_025 + b"=1", 413),
    "brackets": ("POST", "/login", [], b"a[b][c][d][e]=1", 400),
    "33 fields in the query": ("GET", "/login?" + "&".join(f"a{n}=" for n in range(33)), [], b"", 413),
    "a path of 1,025 bytes": ("GET", "/" + "x" * 1_025, [], b"", 414),
    "a target of 5 KB": ("GET", "/" + "x" * 5_000, [], b"", 414),
    "a cookie of 5 KB": ("GET", "/login", [("Cookie", "icegate_session=" + "x" * 5_000)], b"", 400),
    "a header of 5 KB": ("GET", "/login", [("X-Large", "x" * 5_000)], b"", 400),
    "200 headers": ("GET", "/login", [(f"X-Header-{n}", "x") for n in range(200)], b"", 400),
    "another type": ("POST", "/login", [("Content-Type", "multipart/form-data; boundary=x")], b"--x--", 415),
}


@pytest.mark.parametrize("kind", TOO_MUCH)
def test_what_is_too_much_is_refused_before_anything_is_done(own_portal, kind):
    """E1: with the status that says so, at once, and no memory is spent on it."""
    method, target, headers, body, status = TOO_MUCH[kind]
    if method == "POST" and not any(name == "Content-Type" for name, _ in headers):
        headers = [*headers, ("Content-Type", "application/x-www-form-urlencoded")]
    process = portal_process()
    before = resident_kibibytes(process)
    for _ in range(20):
        started = time.monotonic()
        assert ask(own_portal, method, target, headers, body).status == status
        assert time.monotonic() - started < 1
    assert resident_kibibytes(process) - before < 20_000


LONG = {
    "a": "a" * 1_000,
    "marks": "e" + "\u0301" * 499,
    "blanks": " " * 999 + "x",
    "hyphens": "-" * 1_000,
    "dots": "a." * 499 + "@" + "b." * 200,
    "signs": "@" * 1_000,
    "escapes": "\x01" * 1_000,
    "ID": "A-_" * 333,
}


@pytest.mark.parametrize("action", forms.ALL)
def test_no_text_takes_long_to_judge(own_portal, action):
    """E17: in every field; what hashes passwords takes its own time."""
    form = forms.before(own_portal, action)
    for field in form.typed:
        times = []
        for text in LONG.values():
            answers = []
            for _ in range(3):
                started = time.monotonic()
                answers.append(form.submit(**{field: text}))
                times.append(time.monotonic() - started)
                if answers[-1].status == 303:
                    form = forms.before(own_portal, action)
        assert sorted(times)[len(times) // 2] < 0.25, f"{field}: {times}"
        assert max(times) < 2, f"{field}: {times}"
