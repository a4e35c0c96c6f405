"""Cookies that were set, cut, stolen or worn out."""

import re

import pytest

from browsers import open_context
from form_posts import STEPS, FormPosts
from processes import descriptors, portal_process, resident_kibibytes, threads
from raw_http import ask, connect, form_headers, message, receive, where
from routes import PATHS

PRESET = "0123456789abcdef" * 4


def cookie(value: str) -> list[tuple[str, str]]:
    return [("Cookie", f"icegate_session={value}")]


def session(visitor) -> str:
    return dict(visitor.cookies)["icegate_session"]


def test_a_cookie_that_somebody_else_set_is_replaced_at_every_gate(own_portal, database):
    """B5: before the first step, the OTPs and login; the old one opens nothing and stands in no row."""
    posts = FormPosts(own_portal)
    steps = ["/register/account", "/register/verified"]
    known = []
    posts.visitor.get("/register")
    for step in steps:
        while step in posts._left:
            known.append(session(posts.visitor))
            posts.walk_to(posts._left[0])
        assert session(posts.visitor) not in known, step
    posts.walk_to("/register/done")
    known.append(session(posts.visitor))
    posts.log_in()
    assert session(posts.visitor) not in known
    for old in known:
        for path in ["/register/account", "/register/otp", "/register/verified", "/register/done", "/account"]:
            answer = ask(own_portal, "GET", path, cookie(old))
            assert answer.status == 303, f"{path} with an old cookie"
            assert answer.one("location").split("?")[0] in ("/register", "/login")


def test_a_cookie_of_the_attackers_choice_does_not_become_the_victims_session(own_portal):
    """B5: the victim's browser came with it; after the first step the attacker holds nothing."""
    victim = own_portal.visitor()
    forged = [("Cookie", f"icegate_session={PRESET}")]
    assert ask(own_portal, "GET", "/register", forged).status == 200
    posts = FormPosts(own_portal)
    page = ask(own_portal, "GET", "/register", forged).body.decode()
    [_, token] = re.findall(r'name="form_token" value="([0-9a-f]+)"', page)
    [captcha] = re.findall(r'name="captcha_token" value="([0-9a-f]+)"', page)
    registrant = posts.registrant
    body = (
        f"form_token={token}&captcha_token={captcha}&captcha={own_portal.captcha}&iec={registrant.iec}"
        f"&gstin={registrant.gstin}&password={registrant.temporary_password}"
    ).encode()
    headers = form_headers(victim, own_portal.address)[:1] + forged + [("Origin", own_portal.address)]
    answer = ask(own_portal, "POST", "/register", headers, body)
    assert (answer.status, answer.one("location")) == (303, "/register/account")
    assert PRESET not in answer.one("set-cookie")
    assert ask(own_portal, "GET", "/register/account", forged).one("location") == "/register"


def test_a_cookie_that_was_tampered_with_is_nobodys(own_portal, account):
    """B6: flipped at every place, cut, doubled, misnamed, of another, 4 kB long."""
    account.log_in()
    right = session(account.visitor)
    assert ask(own_portal, "GET", "/account", cookie(right)).status == 200
    flipped = [right[:n] + ("0" if right[n] != "0" else "1") + right[n + 1 :] for n in range(len(right))]
    headers = [
        f"icegate_session={value}" for value in [*flipped, right[:-1], right[1:], right + "0", right.upper(), ""]
    ]
    headers += [f"icegate_session={right}; icegate_session={right}", f"icegate_session={right}; icegate_session=x"]
    headers += [f"ICEGATE_SESSION={right}", f"__Host-icegate_session={right}", f"icegate_session ={right[::-1]}"]
    headers += [f"icegate_session={'a' * 3_900}", f"icegate_session=%{right}", f"icegate_session={right}\xff", right]
    for value in headers:
        answer = ask(own_portal, "GET", "/account", [("Cookie", value)])
        assert (answer.status, answer.one("location").split("?")[0]) == (303, "/login"), value
        assert b"session" not in answer.body


def test_chromium_keeps_the_session_from_scripts_and_other_sites(chromium, own_portal, account):
    """B7: HttpOnly, SameSite, this host alone, until the browser is closed."""
    context = open_context(chromium, own_portal)
    page = context.new_page()
    page.goto("/login")
    page.locator("[name=icegate_id]").fill(account.icegate_id)
    page.locator("main [name=password]").fill(account.password)
    page.locator("main").get_by_role("button", name="Login", exact=True).click()
    page.wait_for_url("**/account")
    [kept] = [one for one in context.cookies() if one["name"] == "icegate_session"]
    assert kept["httpOnly"] and kept["sameSite"] == "Lax" and kept["expires"] == -1 and kept["path"] == "/"
    assert not kept["domain"].startswith(".")
    assert kept["value"] not in page.evaluate("document.cookie")
    context.close()


POSTS = [
    (
        "/register/account",
        {"icegate_id": "SKIPPER-1", "new_password": "Quiet-Harbour-1", "confirm_password": "Quiet-Harbour-1"},
    ),
    ("/register/otp", {"mobile_otp": "123456", "email_otp": "654321"}),
    ("/register/otp/resend", {}),
    ("/register/finish", {}),
    ("/register/alternate", {"alternate_email": "a@b.in", "alternate_mobile": "7000000009"}),
    ("/register/alternate/otp", {"mobile_otp": "123456", "email_otp": "654321"}),
    ("/register/alternate/otp/resend", {}),
]
# What may be sent from each step; everything else leads to the page of the step.
ALLOWED = {
    "/register/account": {"/register/account"},
    "/register/otp": {"/register/otp", "/register/otp/resend"},
    "/register/verified": {"/register/finish", "/register/alternate"},
    "/register/done": set(),
}


@pytest.mark.parametrize("step", STEPS)
def test_no_step_is_skipped_or_done_again(own_portal, database, step):
    """B8, C34: every form of the registration from every step, with the token that a page before it held."""
    posts = FormPosts(own_portal)
    tokens = {}
    for reached in STEPS[: STEPS.index(step) + 1]:
        page = posts.walk_to(reached)
        tokens |= {action: page.text for action, _ in POSTS if f'action="{action}"' in page.text}
    query = (
        f"SELECT step, icegate_id, verified_at, ended_at, email FROM registrations WHERE iec = '{posts.registrant.iec}'"
    )
    before = database.rows(query)
    for action, fields in POSTS:
        if action in ALLOWED[step]:
            continue
        token = re.search(rf'action="{action}".*?name="form_token" value="([0-9a-f]+)"', tokens.get(action, ""), re.S)
        answer = posts.visitor.post(action, fields | {"form_token": token.group(1) if token else "0" * 64})
        assert answer.status in (303, 403), f"{action} at {step}: {answer.status}"
        assert answer.status == 403 or answer.location in (step, "/register"), f"{action} at {step}: {answer.location}"
    assert database.rows(query) == before
    assert posts.visitor.get(step).status == 200


def test_nothing_of_an_account_is_left_after_logout(chromium, own_portal, account):
    """B11: by a link, by the back button, and by a copy of the cookie."""
    context = open_context(chromium, own_portal)
    page = context.new_page()
    page.goto("/login")
    page.locator("[name=icegate_id]").fill(account.icegate_id)
    page.locator("main [name=password]").fill(account.password)
    page.locator("main").get_by_role("button", name="Login", exact=True).click()
    page.wait_for_url("**/account")
    page.goto("/account/registration")
    [kept] = [one["value"] for one in context.cookies() if one["name"] == "icegate_session"]
    page.goto("/account")
    page.locator("main").get_by_role("button", name="Logout").click()
    page.wait_for_url("**/login**")
    for _ in range(3):
        page.go_back()
        page.wait_for_load_state()
        assert account.icegate_id not in page.content() or page.url.startswith(own_portal.address + "/login")
        assert account.registrant.iec not in page.content()
    context.close()
    for path in [path for path in PATHS if path.startswith("/account") or path == "/filing"]:
        answer = ask(own_portal, "GET", path, cookie(kept))
        assert answer.status == 405 or answer.one("location").split("?")[0] == "/login", path


def visit_often(portal, times: int) -> None:
    """Visits of nobody, each with a cookie of its own, on one connection."""
    host, port = where(portal)
    paths = ["/", "/register", "/login", "/resume", "/account", "/forgot-id"]
    for start in range(0, times, 200):
        with connect(portal) as connection:
            part = range(start, start + 200)
            for number in part:
                headers = [("Host", f"{host}:{port}"), ("Cookie", f"icegate_session={number:064x}")]
                if number == part[-1]:
                    headers.append(("Connection", "close"))
                connection.sendall(message("GET", paths[number % len(paths)], headers))
                if number % 20 == 19 and number != part[-1]:
                    connection.recv(1_000_000)
            received = receive(connection)
        assert b" 500 " not in received and b" 502 " not in received


def flooded(portal, database, times: int) -> None:
    process = portal_process()
    visit_often(portal, 2_000)
    tables = "SELECT SUM(n) FROM (SELECT COUNT(*) n FROM sessions UNION ALL SELECT COUNT(*) FROM registrations"
    tables += " UNION ALL SELECT COUNT(*) FROM attempt_counters UNION ALL SELECT COUNT(*) FROM audit_events) counts"
    before = (database.value(tables), descriptors(process), threads(process), resident_kibibytes(process))
    visit_often(portal, times)
    assert database.value(tables) == before[0]
    assert descriptors(process) <= before[1] + 8 and threads(process) <= before[2] + 2
    assert resident_kibibytes(process) < before[3] + 10_000


def test_visits_of_nobody_leave_nothing(own_portal, database):
    """B13: no row, no descriptor, no memory."""
    flooded(own_portal, database, 4_000)


@pytest.mark.long
def test_a_hundred_thousand_visits_of_nobody_leave_nothing(own_portal, database):
    """B13: no row, no descriptor, no memory."""
    flooded(own_portal, database, 100_000)
