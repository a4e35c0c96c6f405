"""Cases 1.1 and 1.2 by somebody who has no mouse: Tab, Enter and typing, and the focus always to be seen."""

from playwright.sync_api import expect

from change_of_contacts import DONE, SENT, Contacts
from registration import OTP_SENT, Registration

FOCUSED = """() => {
  const focused = document.activeElement;
  // What stands for a box that is drawn by its label.
  const shown = focused.matches(".pause-box") ? focused.nextElementSibling : focused;
  const style = getComputedStyle(shown);
  const box = shown.getBoundingClientRect();
  return {
    name: focused.getAttribute("name") || focused.getAttribute("aria-label") || focused.textContent.trim(),
    isOutlined: (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== "none",
    isInView: box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth,
  };
}"""


class Keyboard:
    def __init__(self, registration: Registration):
        self._page = registration.page
        self._registration = registration

    def tab_to(self, name: str, at_most: int = 60) -> None:
        """Tab until the element with this name has the focus, every one before it being seen to have it."""
        passed = []
        for _ in range(at_most):
            self._page.keyboard.press("Tab")
            focused = self._page.evaluate(FOCUSED)
            assert focused["isOutlined"] and focused["isInView"], focused
            if focused["name"].startswith(name):
                return
            passed.append(focused["name"])
        raise AssertionError(f"{at_most} times Tab do not lead to {name}: {passed}")

    def type(self, **values: str) -> None:
        for name, value in values.items():
            self.tab_to(name, at_most=4 if name != next(iter(values)) else 60)
            self._page.keyboard.type(value)

    def press(self, key: str = "Enter") -> None:
        self._page.keyboard.press(key)


def test_a_registrant_registers_and_logs_in_and_out_with_the_keyboard_alone(registration: Registration, portal):
    keyboard = Keyboard(registration)
    page, registrant = registration.page, registration.registrant
    page.goto("/")
    keyboard.tab_to("Skip to main content", at_most=1)
    keyboard.press()
    keyboard.tab_to("Simplified Registration", at_most=2)
    keyboard.press()

    registration.is_at("/register")
    keyboard.type(iec="12AB", gstin=registrant.gstin, password=registrant.temporary_password, captcha=portal.captcha)
    keyboard.press()
    expect(page.get_by_role("alert")).to_be_visible()
    if registration.scripts:
        expect(page.get_by_role("alert")).to_be_focused()
    # The summary leads to the field.
    keyboard.tab_to("IEC must be", at_most=2 if registration.scripts else 60)
    keyboard.press()
    expect(registration.field("iec")).to_be_focused()
    keyboard.press("Control+A")
    page.keyboard.type(registrant.iec)
    keyboard.type(password=registrant.temporary_password, captcha=portal.captcha)
    keyboard.press()

    registration.is_at("/register/account")
    keyboard.type(
        icegate_id=registration.icegate_id, new_password=registration.password, confirm_password=registration.password
    )
    keyboard.press()

    registration.is_at("/register/otp")
    registration.says(OTP_SENT)
    mobile, email = registration.one_time_passwords()
    keyboard.type(mobile_otp=mobile, email_otp=email)
    keyboard.press()

    registration.is_at("/register/verified")
    if registration.scripts:
        # The confirm box is the browser's own: Enter is its OK.
        page.once("dialog", lambda dialog: dialog.accept())
    keyboard.tab_to("Finish")
    keyboard.press()
    if not registration.scripts:
        registration.is_at("/register/finish")
        keyboard.tab_to("OK")
        keyboard.press()

    registration.is_at("/register/done")
    keyboard.tab_to("Login")
    keyboard.press()
    registration.is_at("/login")
    keyboard.type(icegate_id=registration.icegate_id, password=registration.password)
    keyboard.press()
    registration.is_at("/account")
    keyboard.tab_to("Logout")
    keyboard.press("Space")
    registration.is_at("/login")


def test_a_registrant_changes_both_contacts_with_the_keyboard_alone(registration: Registration, portal):
    keyboard = Keyboard(registration)
    page = registration.page
    registration.begin_at("/register/verified")
    keyboard.tab_to("Click here")
    keyboard.press()

    registration.is_at("/register/alternate")
    contacts = Contacts.fresh()
    keyboard.type(alternate_email="nobody", alternate_mobile=contacts.mobile)
    keyboard.press()
    expect(page.get_by_role("alert")).to_be_visible()
    keyboard.type(alternate_email="")
    keyboard.press("Control+A")
    page.keyboard.type(contacts.email)
    keyboard.press()

    registration.is_at("/register/alternate/otp")
    registration.says(SENT)
    mobile, email = portal.messages.one_time_passwords(contacts)
    keyboard.type(mobile_otp=mobile, email_otp=email)
    keyboard.press()
    registration.is_at("/register/done")
    registration.says(DONE.format(registration.icegate_id))
