"""Case 1.2 of the advisory by form posts: other contacts than the master's, and their OTPs."""

import secrets
from dataclasses import dataclass, replace

from form_posts import FormPosts
from visitor import Answer

SENT = "OTP sent successfully on your alternate mobile number and email id."
DONE = (
    "OTP verified successfully. Your ICEGATE ID and password generated successfully."
    " Please login with your credentials. Your ICEGATE ID is {}"
)


@dataclass(frozen=True)
class Contacts:
    email: str
    mobile: str

    @classmethod
    def fresh(cls) -> "Contacts":
        """Contacts to which nothing was ever sent."""
        return cls(f"alternate-{secrets.token_hex(6)}@example.com", f"7{secrets.randbelow(10**9):09}")

    def with_other_email(self) -> "Contacts":
        return replace(self, email=Contacts.fresh().email)

    def with_other_mobile(self) -> "Contacts":
        return replace(self, mobile=Contacts.fresh().mobile)

    @property
    def masked(self) -> tuple[str, str]:
        """As the account's page shows them."""
        local, _, domain = self.email.partition("@")
        return f"{local[0]}***@{domain}", f"******{self.mobile[-4:]}"


def other_code(code: str) -> str:
    """A one-time password that is certainly wrong."""
    return f"{(int(code) + 1) % 1_000_000:06}"


def ask_for(posts: FormPosts, contacts: Contacts) -> Answer:
    """Submits the alternate contacts of a registration that is proven."""
    page = posts.visitor.get("/register/alternate")
    return posts.visitor.submit(
        page, "/register/alternate", alternate_email=contacts.email, alternate_mobile=contacts.mobile
    )


def submit_codes(posts: FormPosts, mobile: str, email: str) -> Answer:
    """Submits the OTPs of the alternate contacts."""
    page = posts.visitor.get("/register/alternate/otp")
    return posts.visitor.submit(page, "/register/alternate/otp", mobile_otp=mobile, email_otp=email)
