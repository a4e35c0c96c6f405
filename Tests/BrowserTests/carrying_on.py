"""Case 2 of the advisory by form posts: OTPs that were received before, in a browser that knows nothing else."""

import re

from addresses import DistantPortal, DistantVisitor
from form_posts import FormPosts
from sample_master import Registrant
from visitor import Answer

REFUSED = (
    "These details and OTPs do not match. Please check all four;"
    " if the OTPs cannot be used any more, start again with Simplified Registration."
)
EXPIRED = (
    "The OTPs have expired: they hold for 2 hours. The ICEGATE ID that was held for you is free again."
    " Please start fresh."
)
TAKEN_OVER = (
    "The registration was begun again elsewhere, so this session has ended."
    " Carry on there, or enter your details again."
)


def carry_on(
    portal: DistantPortal,
    registrant: Registrant,
    codes: tuple[str, str],
    captcha: str = "",
    visitor: DistantVisitor | None = None,
) -> tuple[DistantVisitor, Answer]:
    """A try on the page for carrying on; without a visitor from an address that was never seen."""
    visitor = visitor or portal.from_another().visitor()
    mobile, email = codes
    fields = {"iec": registrant.iec, "gstin": registrant.gstin, "mobile_otp": mobile, "email_otp": email}
    if captcha:
        fields["captcha"] = captcha
    return visitor, visitor.submit(visitor.get("/resume"), "/resume", **fields)


def start_again(portal: DistantPortal, posts: FormPosts) -> Answer:
    """The first step once more, in another browser, which the registration follows from then on."""
    posts.visitor = portal.from_another().visitor()
    return posts.visitor.submit(
        posts.visitor.get("/register"),
        "/register",
        iec=posts.registrant.iec,
        gstin=posts.registrant.gstin,
        password=posts.registrant.temporary_password,
        captcha=portal.captcha,
    )


def submit_codes(posts: FormPosts, mobile: str, email: str) -> Answer:
    """Submits OTPs on the page of the registration."""
    return posts.visitor.submit(
        posts.visitor.get("/register/otp"), "/register/otp", mobile_otp=mobile, email_otp=email
    )


def without_what_is_its_own(answer: Answer, registrant: Registrant) -> str:
    """A page apart from tokens and from what was typed: the same text where the portal says the same."""
    text = re.sub(r"\b[0-9a-f]{64,}\b", "TOKEN", answer.text)
    # A GSTIN holds the PAN, which many an IEC is.
    return text.replace(registrant.gstin, "GSTIN").replace(registrant.iec, "IEC")
