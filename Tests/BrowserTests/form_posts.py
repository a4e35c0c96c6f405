"""A registrant's way through case 1.1 by form posts alone: quick, for what begins in the middle of it."""

import secrets

from portal import Portal
from sample_master import Registrant
from visitor import Answer

DONE = "/register/done"
STEPS = ["/register/account", "/register/otp", "/register/verified", DONE]


class FormPosts:
    def __init__(self, portal: Portal, registrant: Registrant | None = None, icegate_id: str | None = None):
        self.registrant = registrant or portal.registrants.fresh()
        self.icegate_id = icegate_id or f"TRADER-{secrets.token_hex(6).upper()}"
        self.password = f"Quiet-Harbour-{secrets.randbelow(10**6):06}"
        self.visitor = portal.visitor()
        self._portal = portal
        self._left = list(STEPS)

    def walk_to(self, path: str) -> Answer:
        """That page of the registration, with all steps before it done."""
        while path in self._left:
            step = self._left.pop(0)
            answer = self._submit_before(step)
            assert (answer.status, answer.location) == (303, step), f"{answer.path}: {answer.status} {answer.location}"
        return self.visitor.get(path)

    def log_in(self) -> None:
        page = self.visitor.get("/login")
        if page.location == "/account":
            return
        answer = self.visitor.submit(page, "/login", icegate_id=self.icegate_id, password=self.password)
        assert (answer.status, answer.location) == (303, "/account"), f"{answer.status} {answer.location}"

    def _submit_before(self, step: str) -> Answer:
        visitor = self.visitor
        match step:
            case "/register/account":
                return visitor.submit(
                    visitor.get("/register"),
                    "/register",
                    iec=self.registrant.iec,
                    gstin=self.registrant.gstin,
                    password=self.registrant.temporary_password,
                    captcha=self._portal.captcha,
                )
            case "/register/otp":
                return visitor.submit(
                    visitor.get("/register/account"),
                    "/register/account",
                    icegate_id=self.icegate_id,
                    new_password=self.password,
                    confirm_password=self.password,
                )
            case "/register/verified":
                mobile, email = self._portal.messages.one_time_passwords(self.registrant)
                return visitor.submit(
                    visitor.get("/register/otp"), "/register/otp", mobile_otp=mobile, email_otp=email
                )
            case _:
                return visitor.submit(visitor.get("/register/finish"), "/register/finish")
