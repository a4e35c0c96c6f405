"""Every form of the portal with somebody who stands before it, and what an honest visitor would type."""

import secrets
from dataclasses import dataclass

from addresses import DistantPortal, DistantVisitor
from administrators import Administrator
from change_of_contacts import Contacts, ask_for
from form_posts import FormPosts
from visitor import Answer

OPEN = {
    "/register": {"iec": "0000000002", "gstin": "19DXSPN0000N1Z4", "password": "K7Q2-M9XT-4CDEF"},
    "/resume": {"iec": "0000000002", "gstin": "19DXSPN0000N1Z4", "mobile_otp": "123456", "email_otp": "654321"},
    "/temporary-password": {"iec": "9999999999", "gstin": "19DXSPN0000N1Z4"},
    "/login": {"icegate_id": "NOBODY", "password": "Quiet-Harbour-000001"},
    "/forgot-password": {"icegate_id": "NOBODY"},
    "/forgot-id": {"iec": "9999999999", "gstin": "19DXSPN0000N1Z4"},
    "/feedback": {"feedback": "All is well.", "email": "somebody@example.in"},
    "/public-enquiries/gstin": {"gstin": "19DXSPN0000N1Z4"},
    "/public-enquiries/iec": {"iec": "0000000002"},
    "/admin/login": {"name": "nobody", "password": "Quiet-Harbour-000001"},
}
REGISTRATION = ["/register/account", "/register/otp", "/register/alternate", "/register/alternate/otp"]
ACCOUNT = ["/account/contact", "/account/contact/otp", "/account/password"]
ALL = [*OPEN, *REGISTRATION, *ACCOUNT, "/admin/login/otp", "/forgot-password/otp"]


@dataclass
class Form:
    """A form on a page that a visitor has before them."""

    visitor: DistantVisitor
    page: Answer
    action: str
    typed: dict[str, str]
    posts: FormPosts | None = None

    def submit(self, **typed: str) -> Answer:
        """Posts it with the captcha that it asks for. The visitor stays before the page that comes of a refusal."""
        answer = self.visitor.submit(self.page, self.action, **(self.typed | typed))
        # Where no try is left, the form is gone: a browser may still send the one that it has.
        if answer.status in (200, 422) and f'action="{self.action}"' in answer.text:
            self.page = answer
        return answer


def before(portal: DistantPortal, action: str) -> Form:
    """Somebody before that form, from an address of their own."""
    posts, visitor, at = None, portal.from_another().visitor(), action
    if action in OPEN:
        # A name that nobody tried before: refused logins are counted for it, also where there is no such account.
        typed = {
            field: value.replace("NOBODY", f"NOBODY-{secrets.token_hex(6)}") for field, value in OPEN[action].items()
        }
    elif action == "/admin/login/otp":
        administrator = Administrator.fresh()
        page = visitor.get("/admin/login")
        fields = {"name": administrator.name, "password": administrator.password, "captcha": portal.captcha}
        assert visitor.submit(page, "/admin/login", **fields).location == action
        typed = {"otp": "123456"}
    elif action == "/forgot-password/otp":
        page = visitor.get("/forgot-password")
        assert visitor.submit(page, "/forgot-password", icegate_id="NOBODY", captcha=portal.captcha).location == action
        typed = {"icegate_id": "NOBODY", "mobile_otp": "123456", "email_otp": "654321"}
    else:
        posts, typed = _with_registration(portal.from_another(), action)
        visitor = posts.visitor
    page = visitor.get(at)
    assert page.status == 200, f"{at}: {page.status} {page.location}"
    if "captcha_token" in page.form(action).fields or action in ("/login", "/resume"):
        typed = typed | {"captcha": portal.captcha}
    return Form(visitor, page, action, typed, posts)


def _with_registration(portal: DistantPortal, action: str) -> tuple[FormPosts, dict[str, str]]:
    posts = FormPosts(portal)
    contacts = Contacts.fresh()
    match action:
        case "/register/account":
            posts.walk_to("/register/account")
            typed = {"icegate_id": posts.icegate_id, "new_password": posts.password, "confirm_password": posts.password}
        case "/register/otp":
            posts.walk_to("/register/otp")
            typed = {"mobile_otp": "123456", "email_otp": "654321"}
        case "/register/alternate":
            posts.walk_to("/register/verified")
            typed = {"alternate_email": contacts.email, "alternate_mobile": contacts.mobile}
        case "/register/alternate/otp":
            posts.walk_to("/register/verified")
            ask_for(posts, contacts)
            typed = {"mobile_otp": "123456", "email_otp": "654321"}
        case _:
            posts.walk_to("/register/done")
            posts.log_in()
            contact = {"email": contacts.email, "mobile": contacts.mobile, "password": posts.password}
            new = f"Other-Harbour-{secrets.randbelow(10**6):06}"
            typed = {
                "/account/contact": contact,
                "/account/contact/otp": {"mobile_otp": "123456", "email_otp": "654321"},
                "/account/password": {"password": posts.password, "new_password": new, "confirm_password": new},
            }[action]
            if action == "/account/contact/otp":
                page = posts.visitor.get("/account/contact")
                assert posts.visitor.submit(page, "/account/contact", **contact).location == action
    return posts, typed
