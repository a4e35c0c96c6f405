"""What happens when many do one thing in the same instant, over HTTP through nginx."""

import secrets

from at_once import all_at_once
from form_posts import FormPosts

TAKEN = "This ICEGATE ID already exists in system. Please try with another ICEGATE ID."


def test_of_twenty_registrants_who_submit_one_icegate_id_at_once_one_gets_it(portal):
    """D1: one gets it, the others are told."""
    wanted = f"RACE-{secrets.token_hex(4).upper()}"

    def at_account():
        registrant = FormPosts(portal, icegate_id=wanted)
        page = registrant.walk_to("/register/account")
        return lambda: registrant.visitor.submit(
            page,
            "/register/account",
            icegate_id=wanted,
            new_password=registrant.password,
            confirm_password=registrant.password,
        )

    answers = all_at_once([at_account() for _ in range(20)])
    assert sorted(answer.status for answer in answers) == [303] + [422] * 19
    assert next(answer for answer in answers if answer.status == 303).location == "/register/otp"
    assert all(TAKEN in answer.text for answer in answers if answer.status == 422)


def test_right_otps_and_finish_sent_eight_times_at_once_make_one_account(portal):
    """B9, C3, C34: done once, no error page."""
    registrant = FormPosts(portal)
    visitor = registrant.visitor
    page = registrant.walk_to("/register/otp")
    mobile, email = portal.messages.one_time_passwords(registrant.registrant)

    def submit():
        return visitor.submit(page, "/register/otp", mobile_otp=mobile, email_otp=email)

    answers = all_at_once([submit] * 8)
    assert {(answer.status, answer.location) for answer in answers} == {(303, "/register/verified")}
    page = visitor.get("/register/finish")
    answers = all_at_once([lambda: visitor.submit(page, "/register/finish")] * 8)
    assert {(answer.status, answer.location) for answer in answers} == {(303, "/register/done")}
    registrant.log_in()
