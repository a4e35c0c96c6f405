"""What all these attacks left behind: to be run after them, as the names of the files have it."""

import re

from at_once import all_at_once
from form_posts import FormPosts
from messages import ONE_TIME_PASSWORD
from sample_master import TEMPORARY_PASSWORD
from set_ups import run_directory

PAGES = ["/register/otp", "/register/verified", "/register/done"]


def test_no_code_that_was_sent_stands_anywhere_but_in_its_message(own_portal, database):
    """C11: of every message of this run: tables, logs, and the pages of a registration."""
    codes: set[str] = set()
    passwords: set[str] = set()
    for file in (run_directory() / "messages").iterdir():
        text = file.read_text("utf-8").partition("\n\n")[2]
        codes |= set(ONE_TIME_PASSWORD.findall(text))
        passwords |= set(TEMPORARY_PASSWORD.findall(text))
    posts = FormPosts(own_portal)
    texts = {}
    for path in PAGES:
        answer = posts.walk_to(path)
        texts[path] = answer.text + str(answer.headers)
    codes |= set(own_portal.messages.one_time_passwords(posts.registrant))
    assert codes and passwords
    tables = [table for [table] in database.rows("SHOW TABLES")]
    for table in tables:
        columns = database.rows(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = 'icegate'"
            f" AND table_name = '{table}' AND data_type IN ('char', 'varchar', 'text', 'mediumtext', 'longtext')"
        )
        for [column] in columns:
            rows = database.rows(f"SELECT DISTINCT REPLACE(REPLACE({column}, '\\t', ' '), '\\n', ' ') FROM {table}")
            texts[f"{table}.{column}"] = "\n".join(row[0] or "" for row in rows if row)
    for file in [run_directory() / "portal.log", *(run_directory() / "nginx").glob("*.log")]:
        texts[file.name] = file.read_text("utf-8", "replace")
    for place, text in texts.items():
        # Numbers of records, of people and of ports have six digits now and then; a code beside words would not be alone.
        words = set(re.findall(r"(?<![\w.:-])\d{6}(?![\w.:-])", text))
        found = words & codes
        assert len(found) <= len(words) * len(codes) / 300_000 + 1, f"{place}: {found}"
        assert not any(password in text for password in passwords), place


def test_nothing_that_was_done_broke_an_invariant(database):
    """D13: whatever was sent, in whatever order and at whatever instant."""
    assert database.broken_invariants() == []


def test_the_portal_answers_as_before_and_never_failed(own_portal):
    """D13, A15: no answer of all these was a 500, and the process is the one that was started."""
    log = (run_directory() / "nginx" / "access.log").read_text("utf-8", "replace")
    assert not re.findall(r'"status":50[024].*', log)
    assert all(answer.status == 200 for answer in all_at_once([lambda: own_portal.visitor().get("/register")] * 20))
