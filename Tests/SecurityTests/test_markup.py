"""Markup by way of what a visitor types and of what the master says."""

import csv
import subprocess
import sys
import urllib.parse
from html.parser import HTMLParser

import pytest

import forms
from addresses import seen_from_afar
from administrators import CHECKOUT
from browsers import open_context, watch
from form_posts import FormPosts
from registration import Registration
from routes import PATHS
from sample_master import TEMPORARY_PASSWORD, Registrant
from set_ups import run_directory
from visitor import Answer

sys.path.append(str(CHECKOUT / "sql" / "sample"))
from generate import gstin as gstin_of  # noqa: E402

MARKUP = [
    "<script>alert(1)</script>",
    "\"onfocus='alert(1)' autofocus x=\"",
    "' onmouseover=alert(1) '",
    "</title></textarea></style><svg/onload=alert(1)>",
    "javascript:alert(1)",
    "<!-- ]]> --!><iframe srcdoc='<b onclick=alert(1)>'>",
    # A sign that joins the quote before it to one character for a reader, as every vowel sign of Hindi does.
    '"\u093e onfocus=alert(1) "\u0301',
    "{{7*7}}%{time}${7*7}",
]


class Parts(HTMLParser):
    """What a browser would build of a page: its elements, each with one of its attributes, and its comments."""

    def __init__(self, answer: Answer):
        super().__init__()
        self.found: set[tuple[str, str]] = set()
        self.inline = ""
        self._script = False
        self.feed(answer.text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.found |= {(tag, "")} | {(tag, name) for name, _ in attributes}
        # Addresses by their beginning: they lead inside, or to where the portal's own links lead.
        addresses = [value or "" for name, value in attributes if name in ("href", "src", "action")]
        self.found |= {(tag, address.split("?")[0]) for address in addresses}
        self._script = tag == "script"

    def handle_data(self, data):
        if self._script:
            self.inline += data.strip()

    def handle_comment(self, data):
        self.found.add(("comment", data))

    def handle_decl(self, declaration):
        self.found.add(("declaration", declaration))


@pytest.fixture(scope="module")
def own_parts(portal) -> set[tuple[str, str]]:
    """Everything that the portal's pages are made of where nobody typed anything of note."""
    distant = seen_from_afar(portal)
    found: set[tuple[str, str]] = set()
    for path in PATHS:
        answer = distant.visitor().get(path)
        if answer.headers.get("content-type", "").startswith("text/html"):
            found |= Parts(answer).found
    for action in forms.ALL:
        form = forms.before(distant, action)
        found |= Parts(form.page).found
        for text in ["", "...", "a b", "." * 300]:
            found |= Parts(form.submit(**dict.fromkeys(form.typed, text))).found
        form = forms.before(distant, action)
        for _ in range(6):
            answer = form.submit(**{field: "..." for field in form.typed if field != "captcha"})
            found |= Parts(answer).found
    return found


@pytest.mark.parametrize("action", forms.ALL)
def test_what_is_typed_is_text_when_it_is_shown_again(own_portal, own_parts, action):
    """A3, A5: every field of every form."""
    form = forms.before(own_portal, action)
    # What is taken is not shown again: without the captcha everything is.
    others = [{}, {"captcha": ""}] if "captcha" in form.typed else [{}]
    for field in form.typed:
        for text in MARKUP:
            for other in others:
                answer = form.submit(**other | {field: text})
                parts = Parts(answer)
                assert parts.found <= own_parts, f"{field}={text}: {parts.found - own_parts}"
                assert parts.inline == "" and "49%" not in answer.text
                if answer.status == 303:
                    form = forms.before(own_portal, action)


def test_what_is_searched_and_asked_for_in_an_address_is_text(own_portal, own_parts):
    """A3: queries and paths."""
    visitor = own_portal.visitor()
    for text in MARKUP:
        quoted = urllib.parse.quote(text)
        for target in ["/search?q=", "/", "/register?ended=", "/login?lang=en&notice=", "/login?lang="]:
            parts = Parts(visitor.get(target + quoted))
            assert parts.found <= own_parts, f"{target}: {parts.found - own_parts}"
            assert parts.inline == ""


def test_chromium_runs_nothing_that_was_typed(chromium, own_portal, account):
    """A3: no dialog, no script but the portal's, no breach of its policy."""
    context = open_context(chromium, own_portal)
    page = context.new_page()
    problems = watch(page)
    page.on("dialog", lambda dialog: (problems.append(f"a dialog: {dialog.message}"), dialog.dismiss()))
    for path in ["/register", "/login", "/resume", "/forgot-id", "/feedback", "/search", "/public-enquiries/gstin"]:
        for text in MARKUP[:3]:
            page.goto(path)
            fields = page.locator("main form input:not([type=hidden]):not([type=checkbox]), main form textarea")
            for index in range(fields.count()):
                fields.nth(index).fill(text)
            page.locator("main form button[type=submit]").first.click()
            page.wait_for_load_state("load")
    context.close()
    assert problems == []


@pytest.fixture(scope="module")
def hostile_holders(portal) -> list[tuple[Registrant, str]]:
    """Holders whose names the master has as an attacker would write them, with their temporary passwords."""
    names = [
        "<script>alert(1)</script> \"'><img src=x onerror=alert(1)>",
        "x'); DROP TABLE registrations; -- \\",
        "=HYPERLINK(1)+cmd|' /C calc'!A0",
        '{{code}} %{time} &lt;b&gt; \u093e"',
    ]
    holders = []
    for number, name in enumerate(names):
        pan = f"AAAC{chr(ord('Q') + number)}0000Z"
        contacts = (f"hostile{number}@example.com", f"900000000{number}")
        holders.append((f"009900000{number}", gstin_of("27", pan, "1"), name, *contacts))
    file = run_directory() / "hostile.csv"
    rows = ['"{}"'.format('","'.join(value.replace('"', '""') for value in (*row, "valid", "ACT"))) for row in holders]
    header = "iec,gstin,legal_name,email,mobile,iec_status,gstin_status"
    file.write_text("\n".join([header, *rows]) + "\n", "utf-8")
    commands = [["master", "load", str(file), "--mode=delta"]]
    commands += [["password", "issue", "--iec", iec, "--gstin", gstin] for iec, gstin, *_ in holders]
    for arguments in commands:
        done = subprocess.run([CHECKOUT / "script" / "ctl", *arguments], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr
    found = []
    for iec, gstin, name, email, mobile in holders:
        portal.messages.wait_for(email, 1)
        password = TEMPORARY_PASSWORD.search(portal.messages.to(email)[-1].read_text("utf-8")).group()
        found.append((Registrant(iec, gstin, email, mobile, password), name))
    return found


def test_what_the_master_says_is_text_on_every_page_and_in_every_message(
    chromium, own_portal, database, hostile_holders
):
    """A2, A4, A13, F4: names with SQL, markup, formulas and placeholders, from the first step to the account."""
    tables = database.rows("SHOW TABLES")
    for registrant, name in hostile_holders:
        context = open_context(chromium, own_portal)
        page = context.new_page()
        problems = watch(page)
        page.on("dialog", lambda dialog: (problems.append(dialog.message), dialog.dismiss()))
        posts = FormPosts(own_portal, registrant)
        for path in ["/register/account", "/register/otp", "/register/verified", "/register/finish", "/register/done"]:
            posts.walk_to(path)
            registration = Registration(page, own_portal)
            registration.take_session(posts)
            page.goto(path)
        posts.log_in()
        registration.take_session(posts)
        for path in ["/account", "/account/iec", "/account/registration", "/account/activity"]:
            page.goto(path)
            scripts = page.locator("script").evaluate_all("all => all.map(one => one.getAttribute('src') || 'inline')")
            assert all(script.startswith("/assets/") for script in scripts)
            assert page.locator("main img[src=x]").count() == 0
            if path in ("/account/iec", "/account/registration"):
                assert name in page.locator("main").inner_text()
        # What a spreadsheet would open.
        export = posts.visitor.get("/account/activity?format=csv")
        cells = [cell for row in csv.reader(export.text.splitlines()) for cell in row]
        assert cells and not any(cell.startswith(("=", "+", "-", "@", "\t")) for cell in cells)
        context.close()
        assert problems == []
        for recipient in [registrant.email, registrant.mobile]:
            for message in own_portal.messages.to(recipient):
                text = message.read_text("utf-8")
                assert "<script" not in text and "%{" not in text
    assert database.rows("SHOW TABLES") == tables
    assert database.broken_invariants() == []
