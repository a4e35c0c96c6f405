"""One registrant's way through case 1.1 of the advisory in a browser, a method for each step."""

import re

from playwright.sync_api import Locator, Page, expect

from form_posts import FormPosts
from portal import Portal

RULES = [
    "ICEGATE Id should not contain any blank spaces.",
    'ICEGATE Id should not contain special characters except "-" and "_".',
    "ICEGATE Id should not exceed 25 characters.",
    "ICEGATE Id may be alpha-numeric characters.",
    "E-mail id should not exceed 50 characters.",
    "The password should be complex and should contain number, special character and different cases.",
]
OTP_SENT = "Your OTP sent successfully on your registered mobile number and email id."
SURE = "Are you sure finish the auto iec registration process."


class Registration:
    def __init__(self, page: Page, portal: Portal, scripts: bool = True):
        self.page = page
        self.scripts = scripts
        self.posts = FormPosts(portal)
        self.registrant = self.posts.registrant
        self.icegate_id = self.posts.icegate_id
        self.password = self.posts.password
        self._portal = portal

    @property
    def main(self) -> Locator:
        return self.page.locator("main")

    def field(self, name: str) -> Locator:
        return self.main.locator(f"[name={name}]")

    def is_at(self, path: str) -> None:
        """The page is there, and its script has run."""
        expect(self.page).to_have_url(re.compile(rf"^{re.escape(self._portal.address + path)}([?#].*)?$"))
        self.page.wait_for_load_state()

    def says(self, *texts: str) -> None:
        for text in texts:
            expect(self.main).to_contain_text(text)

    def alerts(self, text: str) -> None:
        expect(self.page.get_by_role("alert").first).to_contain_text(text)

    def says_beside(self, name: str, *texts: str) -> None:
        """The messages are tied to their field for those who hear the page."""
        field = self.field(name)
        expect(field).to_have_attribute("aria-invalid", "true")
        described_by = (field.get_attribute("aria-describedby") or "").split()
        told = " ".join(self.page.locator(f"[id='{identifier}']").inner_text() for identifier in described_by)
        for text in texts:
            assert text in told, f"beside {name}: {told!r}"

    def submit(self, name: str = "Submit", twice: bool = False) -> None:
        button = self.main.get_by_role("button", name=name, exact=True)
        if twice:
            button.dblclick()
        else:
            button.click()

    def begin_at(self, path: str) -> None:
        """Opens that page; the steps before it were done by form posts."""
        self.posts.walk_to(path)
        self.take_session(self.posts)
        self.page.goto(path)
        self.is_at(path)

    def take_session(self, posts: FormPosts) -> None:
        self.page.context.add_cookies(
            [{"name": name, "value": value, "url": self._portal.address} for name, value in posts.visitor.cookies]
        )

    def open(self) -> None:
        self.page.goto("/")
        self.main.get_by_role("link", name="Simplified Registration").first.click()
        self.is_at("/register")

    def fill(self, **values: str) -> None:
        for name, value in values.items():
            self.field(name).fill(value)

    def fill_credentials(self, **other: str) -> None:
        right = {
            "iec": self.registrant.iec,
            "gstin": self.registrant.gstin,
            "password": self.registrant.temporary_password,
            "captcha": self._portal.captcha,
        }
        self.fill(**(right | other))

    def fill_account(self, **other: str) -> None:
        right = {
            "icegate_id": self.icegate_id,
            "new_password": self.password,
            "confirm_password": self.password,
        }
        self.fill(**(right | other))

    def one_time_passwords(self) -> tuple[str, str]:
        """Those of the mobile and of the e-mail, as they arrive."""
        return self._portal.messages.one_time_passwords(self.registrant)

    def one_time_passwords_after(self, first: tuple[str, str]) -> tuple[str, str]:
        """Those of a new pair."""
        return self._portal.messages.one_time_passwords(self.registrant, after=first)

    def fill_one_time_passwords(self, mobile: str, email: str) -> None:
        self.fill(mobile_otp=mobile, email_otp=email)

    def finish(self, sure: bool = True, twice: bool = False) -> None:
        """Finish, and OK or Cancel: in the browser's confirm box with scripts, on a page of its own without."""
        if self.scripts:
            asked: list[str] = []

            def answer(dialog) -> None:
                asked.append(dialog.message)
                dialog.accept() if sure else dialog.dismiss()

            self.page.once("dialog", answer)
            self.submit("Finish")
            assert asked == [SURE]
        else:
            self.submit("Finish")
            self.is_at("/register/finish")
            self.says(SURE)
            if sure:
                self.submit("OK", twice=twice)
            else:
                self.main.get_by_role("link", name="Cancel").click()

    def log_in(self) -> None:
        self.page.goto("/login")
        self.fill(icegate_id=self.icegate_id, password=self.password)
        self.submit("Login")
