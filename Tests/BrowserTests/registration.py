"""One registrant's way through case 1.1 of the advisory in a browser, a method for each step."""

import secrets

from playwright.sync_api import Page, expect

from messages import Messages
from sample_master import Registrant

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
    def __init__(self, page: Page, registrant: Registrant, messages: Messages, captcha: str, scripts: bool):
        self.page = page
        self.registrant = registrant
        self.icegate_id = f"TRADER-{secrets.token_hex(6).upper()}"
        self.password = f"Quiet-Harbour-{secrets.randbelow(10**6):06}"
        self._messages = messages
        self._captcha = captcha
        self.scripts = scripts
        self._sent_before: dict[str, int] = {}

    def is_at(self, path: str) -> None:
        expect(self.page).to_have_url(f"**{path}")

    def says(self, *texts: str) -> None:
        for text in texts:
            expect(self.page.locator("main")).to_contain_text(text)

    def alerts(self, text: str) -> None:
        """The page refused, says why in its alert, and nothing else was answered."""
        expect(self.page.get_by_role("alert").first).to_contain_text(text)

    def says_beside(self, name: str, text: str) -> None:
        """The message is tied to its field for those who hear the page."""
        field = self.page.locator(f"[name={name}]")
        expect(field).to_have_attribute("aria-invalid", "true")
        described_by = (field.get_attribute("aria-describedby") or "").split()
        told = " ".join(self.page.locator(f"[id='{identifier}']").inner_text() for identifier in described_by)
        assert text in told, f"beside {name}: {told!r}"

    def submit(self, name: str = "Submit", twice: bool = False) -> None:
        button = self.page.locator("main").get_by_role("button", name=name, exact=True)
        if twice:
            button.dblclick()
        else:
            button.click()

    def open(self) -> None:
        self.page.goto("/")
        self.page.get_by_role("link", name="Simplified Registration").first.click()
        self.is_at("/register")

    def fill_credentials(self, **other: str) -> None:
        values = {
            "iec": self.registrant.iec,
            "gstin": self.registrant.gstin,
            "password": self.registrant.temporary_password,
            "captcha": self._captcha,
        } | other
        for name, value in values.items():
            self.page.locator(f"main [name={name}]").fill(value)

    def fill_account(self, **other: str) -> None:
        self._sent_before = {
            recipient: len(self._messages.to(recipient))
            for recipient in (self.registrant.mobile, self.registrant.email)
        }
        values = {
            "icegate_id": self.icegate_id,
            "new_password": self.password,
            "confirm_password": self.password,
        } | other
        for name, value in values.items():
            self.page.locator(f"main [name={name}]").fill(value)

    def one_time_passwords(self) -> tuple[str, str]:
        """Those of the mobile and of the e-mail, as they arrive."""
        mobile, email = (
            self._messages.one_time_password(recipient, self._sent_before[recipient])
            for recipient in (self.registrant.mobile, self.registrant.email)
        )
        return mobile, email

    def fill_one_time_passwords(self, mobile: str, email: str) -> None:
        self.page.locator("main [name=mobile_otp]").fill(mobile)
        self.page.locator("main [name=email_otp]").fill(email)

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
                self.page.locator("main").get_by_role("link", name="Cancel").or_(
                    self.page.locator("main").get_by_role("button", name="Cancel")
                ).click()

    def reach_account(self) -> None:
        self.open()
        self.fill_credentials()
        self.submit()
        self.is_at("/register/account")

    def reach_otp(self) -> None:
        self.reach_account()
        self.fill_account()
        self.submit()
        self.is_at("/register/otp")

    def reach_verified(self) -> None:
        self.reach_otp()
        self.fill_one_time_passwords(*self.one_time_passwords())
        self.submit()
        self.is_at("/register/verified")

    def reach_done(self) -> None:
        self.reach_verified()
        self.finish()
        self.is_at("/register/done")

    def log_in(self) -> None:
        self.page.goto("/login")
        self.page.locator("main [name=icegate_id]").fill(self.icegate_id)
        self.page.locator("main [name=password]").fill(self.password)
        self.submit("Login")
