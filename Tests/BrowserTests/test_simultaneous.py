"""What happens when many do one thing in the same instant, over HTTP through nginx."""

import secrets
import threading
from concurrent.futures import ThreadPoolExecutor

TAKEN = "This ICEGATE ID already exists in system. Please try with another ICEGATE ID."


def at_account(portal):
    """A visitor at the account page, and that page."""
    registrant = portal.registrants.fresh()
    visitor = portal.visitor()
    answer = visitor.submit(
        visitor.get("/register"),
        "/register",
        iec=registrant.iec,
        gstin=registrant.gstin,
        password=registrant.temporary_password,
        captcha=portal.captcha,
    )
    assert (answer.status, answer.location) == (303, "/register/account"), answer.text
    return visitor, visitor.get("/register/account")


def test_of_twenty_registrants_who_submit_one_icegate_id_at_once_one_gets_it(portal):
    standing = [at_account(portal) for _ in range(20)]
    wanted, password = f"RACE-{secrets.token_hex(4).upper()}", "Quiet-Harbour-428190"
    start = threading.Barrier(len(standing))

    def submit(visitor, page):
        start.wait()
        return visitor.submit(
            page, "/register/account", icegate_id=wanted, new_password=password, confirm_password=password
        )

    with ThreadPoolExecutor(len(standing)) as threads:
        answers = list(threads.map(lambda one: submit(*one), standing))

    assert sorted(answer.status for answer in answers) == [303] + [422] * 19
    assert next(answer for answer in answers if answer.status == 303).location == "/register/otp"
    assert all(TAKEN in answer.text for answer in answers if answer.status == 422)
