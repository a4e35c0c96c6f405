"""People who stand before a form that writes more than one thing, send it once, and come to the same end wherever that left off."""

import time
from collections.abc import Callable
from functools import partial

from change_of_contacts import Contacts
from fault_set_up import FaultSetUp, Persistent
from form_posts import DONE
from visitor import Answer


class Step:
    """A form of the registration."""

    def __init__(self, site: FaultSetUp, path: str):
        self.site = site
        self.path = path
        self.registrant = Persistent(site)

    def reach(self) -> None:
        self.registrant.reach(self.path)

    def submit(self) -> Answer | None:
        """Once; `None` when no answer came."""
        return self.registrant.submit_at(self.path)

    def go_on(self) -> None:
        """To the end, from wherever the form led."""
        self.registrant.reach(DONE)

    def is_whole(self) -> None:
        self.registrant.is_whole()

    def _again_until(self, act: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + 60
        while not act():
            assert time.monotonic() < deadline, f"{what} is not reached from {self.registrant.place()}: {self.registrant.statuses[-9:]}"
            time.sleep(0.05)


class SendingAgain(Step):
    """The button for the same OTPs once more, as if a minute had passed."""

    def reach(self) -> None:
        self.registrant.reach("/register/otp")
        pair = self.registrant.posts.registrant
        registration = f"SELECT id FROM registrations WHERE iec = '{pair.iec}' AND gstin = '{pair.gstin}'"
        self.site.sql(
            "UPDATE otp_pairs SET generated_at = generated_at - INTERVAL 2 MINUTE, last_sent_at = last_sent_at - INTERVAL 2 MINUTE"
            f" WHERE registration_id = ({registration})"
        )

    def submit(self) -> Answer | None:
        return self.registrant.submit("/register/otp", to=self.path)


class NewContacts(Step):
    """A form that asks for OTPs to contacts that nobody has yet, and that of the OTPs."""

    ASKING: str
    PROVING: str

    def __init__(self, site: FaultSetUp, path: str):
        super().__init__(site, path)
        self.contacts = Contacts.fresh()
        self._codes: dict[str, str] = {}

    def reach(self) -> None:
        self._begin()
        if self.path == self.PROVING:
            assert self._ask().status == 303
            self._codes = self._received()

    def submit(self) -> Answer | None:
        return self._ask() if self.path == self.ASKING else self._prove()

    def is_whole(self) -> None:
        super().is_whole()
        assert self._are_the_accounts()

    def _begin(self) -> None:
        raise NotImplementedError

    def _ask(self) -> Answer | None:
        raise NotImplementedError

    def _prove(self) -> Answer | None:
        return self.registrant.submit(self.PROVING, **(self._codes or self._received()))

    def _received(self) -> dict[str, str]:
        mobile, email = self.registrant.one_time_passwords(self.contacts)
        return {"mobile_otp": mobile, "email_otp": email}

    def _are_the_accounts(self) -> bool:
        where = f"icegate_id = '{self.registrant.posts.icegate_id}'"
        found = self.site.rows(f"SELECT email, mobile FROM accounts WHERE {where}")
        return found == [[self.contacts.email, self.contacts.mobile]]


class AlternateContacts(NewContacts):
    """Of a registration."""

    ASKING, PROVING = "/register/alternate", "/register/alternate/otp"

    def _begin(self) -> None:
        self.registrant.reach("/register/verified")

    def _ask(self) -> Answer | None:
        typed = {"alternate_email": self.contacts.email, "alternate_mobile": self.contacts.mobile}
        return self.registrant.submit(self.ASKING, **typed)

    def go_on(self) -> None:
        def is_done() -> bool:
            place = self.registrant.place()
            if place == "/register/verified":
                self._ask()
            elif place == self.PROVING:
                self._prove()
            # Who did not hear that it is done has lost the session with the answer: a mail says so, and the login works.
            return place == DONE or (place == "/register" and self._are_the_accounts())

        self._again_until(is_done, DONE)


class ChangingContacts(NewContacts):
    """Of an account."""

    ASKING, PROVING = "/account/contact", "/account/contact/otp"

    def _begin(self) -> None:
        self.registrant.reach(DONE)
        self.registrant.log_in()

    def _ask(self) -> Answer | None:
        typed = {"email": self.contacts.email, "mobile": self.contacts.mobile}
        return self.registrant.submit(self.ASKING, **typed, password=self.registrant.posts.password)

    def go_on(self) -> None:
        where = f"icegate_id = '{self.registrant.posts.icegate_id}'"
        asked = f"SELECT COUNT(*) FROM otp_pairs WHERE account_id = (SELECT id FROM accounts WHERE {where})"

        def is_done() -> bool:
            if not self._are_the_accounts():
                self._ask() if self.site.sql(asked) == "0\n" else self._prove()
            return self._are_the_accounts()

        self._again_until(is_done, "the change")


class CarryingOn(Step):
    """The form of OTPs that were received before, in another browser."""

    def reach(self) -> None:
        self.registrant.reach("/register/otp")
        self.registrant.posts.visitor = self.registrant.portal.visitor()

    def submit(self) -> Answer | None:
        registrant = self.registrant.posts.registrant
        mobile, email = self.registrant.codes
        typed = {"iec": registrant.iec, "gstin": registrant.gstin, "captcha": "TEST42"}
        return self.registrant.submit(self.path, **typed, mobile_otp=mobile, email_otp=email)

    def go_on(self) -> None:
        def is_let_in() -> bool:
            place = self.registrant.place()
            if place == "/register":
                self.submit()
            return place not in (None, "/register")

        self._again_until(is_let_in, "the registration")
        super().go_on()


class LoggingIn(Step):
    def reach(self) -> None:
        self.registrant.reach(DONE)
        self.registrant.posts.visitor = self.registrant.portal.visitor()

    def submit(self) -> Answer | None:
        posts = self.registrant.posts
        return self.registrant.submit("/login", icegate_id=posts.icegate_id, password=posts.password, captcha="TEST42")

    def go_on(self) -> None:
        self._again_until(lambda: (answer := self.submit()) is not None and answer.location == "/account", "the account")


REGISTERING = {path: Step for path in ["/register", "/register/account", "/register/otp", "/register/verified"]}
STEPS: dict[str, Callable[[FaultSetUp], Step]] = {
    path: partial(kind, path=path)
    for path, kind in (
        REGISTERING
        | {"/register/otp/resend": SendingAgain}
        | {path: AlternateContacts for path in [AlternateContacts.ASKING, AlternateContacts.PROVING]}
        | {"/resume": CarryingOn, "/login": LoggingIn}
        | {path: ChangingContacts for path in [ChangingContacts.ASKING, ChangingContacts.PROVING]}
    ).items()
}
