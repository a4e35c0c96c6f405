"""The administrator's console: the way in, the figures, and who is kept out."""

import re
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from administrators import CHECKOUT, RUN_DIRECTORY, Administrator
from test_accessibility import Audit, audit  # noqa: F401  (the fixture)
from visitor import Visitor

ONE_TIME_PASSWORD = "[name=otp]"


def give_password(page: Page, portal, administrator: Administrator, password: str | None = None) -> None:
    page.locator("[name=name]").fill(administrator.name)
    page.locator("main [name=password]").fill(password or administrator.password)
    page.locator("[name=captcha]").fill(portal.captcha)
    page.locator("[name=captcha]").press("Enter")


def give_one_time_password(page: Page, portal, administrator: Administrator) -> None:
    page.locator(ONE_TIME_PASSWORD).fill(portal.messages.one_time_password(administrator.email))
    page.locator(ONE_TIME_PASSWORD).press("Enter")


def test_an_administrator_gets_in_by_password_and_one_time_password_and_out_again(page: Page, portal):
    administrator = Administrator.fresh()
    page.goto("/")
    page.get_by_role("link", name="Login as Admin").click()
    page.get_by_role("link", name="Login to the console").click()
    give_password(page, portal, administrator)
    expect(page).to_have_url(re.compile("/admin/login/otp$"))
    give_one_time_password(page, portal, administrator)
    expect(page).to_have_url(re.compile("/admin/console$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Console")
    plots = page.get_by_role("img", name=re.compile(r"last (48 hours|30 days)\. "))
    expect(plots).to_have_count(4)
    page.get_by_text("The same as a table").first.click()
    expect(page.locator("#registrations-by-hour ~ details tbody tr")).to_have_count(48)
    page.get_by_role("button", name="Logout").click()
    expect(page.get_by_role("status")).to_have_text("You are logged out.")
    page.goto("/admin/console")
    expect(page).to_have_url(re.compile("/admin/login"))


def test_who_is_closed_is_out_at_once(page: Page, portal):
    administrator = Administrator.fresh()
    page.goto("/admin/login")
    give_password(page, portal, administrator)
    give_one_time_password(page, portal, administrator)
    expect(page).to_have_url(re.compile("/admin/console$"))
    administrator.close()
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text("The OTP or the session has ended.")
    give_password(page, portal, administrator)
    expect(page.get_by_role("alert")).to_contain_text("Name or password is not correct.")


def test_no_page_of_the_console_has_a_barrier_an_error_in_the_console_or_something_too_wide(
    audit: Audit,  # noqa: F811
    portal,
):
    page = audit.page
    administrator = Administrator.fresh()
    page.goto("/admin/login")
    audit.look("login")
    give_password(page, portal, administrator, password="wrong")
    page.wait_for_selector("[role=alert]")
    audit.look("login, refused")
    give_password(page, portal, administrator)
    page.wait_for_selector(ONE_TIME_PASSWORD)
    audit.look("OTP")
    page.locator(ONE_TIME_PASSWORD).fill("12345")
    page.locator(ONE_TIME_PASSWORD).press("Enter")
    page.wait_for_selector("[role=alert]")
    audit.look("OTP, wrong")
    give_one_time_password(page, portal, administrator)
    page.wait_for_selector(".charts")
    audit.look("console")
    for table in page.locator("summary").all():
        table.click()
    audit.look("console, tables open")
    audit.judge()


@pytest.fixture
def elsewhere(tmp_path: Path):
    """The portal behind another nginx, whose administrators sit at other addresses than the test."""
    with socket.socket() as portal, socket.socket() as messages:
        portal.bind(("127.0.0.1", 0))
        messages.bind(("127.0.0.1", 0))
        ports = [portal.getsockname()[1], messages.getsockname()[1]]
    text = (RUN_DIRECTORY / "nginx" / "nginx.conf").read_text(encoding="utf-8")
    old = sorted(set(re.findall(r"listen 127\.0\.0\.1:(\d+)", text)), key=text.index)
    for before, after in zip(old, ports, strict=True):
        text = text.replace(f"127.0.0.1:{before}", f"127.0.0.1:{after}")
    text = text.replace(f"{RUN_DIRECTORY}/nginx/", f"{tmp_path}/")
    (tmp_path / "nginx.conf").write_text(text, encoding="utf-8")
    shutil.copytree(CHECKOUT / "nginx" / "snippets", tmp_path / "snippets")
    addresses = tmp_path / "snippets" / "administrators.conf"
    rules = addresses.read_text(encoding="utf-8")
    addresses.write_text(re.sub("^allow .*$", "allow 192.0.2.0/24;", rules, flags=re.MULTILINE), encoding="utf-8")
    server = subprocess.Popen(["nginx", "-p", tmp_path, "-c", tmp_path / "nginx.conf"], stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 10
        while True:
            try:
                socket.create_connection(("127.0.0.1", ports[0]), timeout=1).close()
                break
            except OSError:
                assert time.monotonic() < deadline, "nginx does not answer"
                time.sleep(0.05)
        yield f"http://127.0.0.1:{ports[0]}"
    finally:
        server.terminate()
        server.wait(10)


@pytest.mark.parametrize("path", ["/admin/login", "/admin/login/otp", "/admin/console", "/admin/", "/%61dmin/console", "//admin/console"])
def test_other_addresses_see_the_public_page_and_nothing_behind_it(elsewhere, path):
    visitor = Visitor(elsewhere)
    assert visitor.get("/admin").status == 200
    refused = visitor.get(path)
    assert refused.status == 403
    assert "default-src 'none'" in refused.headers["content-security-policy"]
    # The page for refused requests, in both languages, and not one of the portal's own.
    assert "form_token" not in refused.text and 'lang="hi"' in refused.text
    assert visitor.post(path, {"name": "x"}).status == 403


@pytest.mark.parametrize("path", ["/admin/login", "/admin/console"])
def test_nothing_but_get_and_post_is_let_through(portal, path):
    for method in ["PUT", "DELETE", "OPTIONS"]:
        request = urllib.request.Request(portal.address + path, method=method)
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=10)
        assert refused.value.code == 403
