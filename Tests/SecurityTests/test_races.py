"""Two who are quicker than one: the same thing in one instant, through nginx."""

import forms
from at_once import all_at_once
from change_of_contacts import Contacts, ask_for
from form_posts import FormPosts


def accounts(database, registrant) -> str:
    return database.value(
        f"SELECT COUNT(*) FROM accounts WHERE iec = '{registrant.iec}' AND gstin = '{registrant.gstin}'"
    )


def test_a_pair_that_ten_browsers_begin_at_once_is_one_registration_with_one_session(own_portal, database):
    """D2: the others are told, and nobody sees an error."""
    for _ in range(5):
        registrant = own_portal.registrants.fresh()
        visitors = [own_portal.from_another().visitor() for _ in range(10)]
        pages = [visitor.get("/register") for visitor in visitors]
        fields = {"iec": registrant.iec, "gstin": registrant.gstin, "captcha": own_portal.captcha}
        fields["password"] = registrant.temporary_password
        answers = all_at_once(
            [lambda v=visitor, p=page: v.submit(p, "/register", **fields) for visitor, page in zip(visitors, pages)]
        )
        assert {(answer.status, answer.location) for answer in answers} == {(303, "/register/account")}
        standing = [visitor.get("/register/account") for visitor in visitors]
        assert sorted(answer.status for answer in standing) == [200] + [303] * 9
        assert {answer.location for answer in standing if answer.status == 303} == {"/register"}
        live = f"SELECT COUNT(*) FROM registrations WHERE iec = '{registrant.iec}' AND gstin = '{registrant.gstin}'"
        assert database.value(live) == "1"
    assert database.broken_invariants() == []


def test_finish_and_the_alternate_otps_at_once_come_to_one_end(own_portal, database):
    """D5: one account, with the contacts of whichever came first."""
    ends = set()
    for _ in range(8):
        posts = FormPosts(own_portal.from_another())
        posts.walk_to("/register/verified")
        contacts = Contacts.fresh()
        ask_for(posts, contacts)
        mobile, email = own_portal.messages.one_time_passwords(contacts)
        finish, proof = posts.visitor.get("/register/finish"), posts.visitor.get("/register/alternate/otp")
        visitors = [posts.visitor.at(posts.visitor.source) for _ in range(4)]

        def end(visitor, number: int):
            if number % 2:
                return lambda: visitor.submit(finish, "/register/finish")
            return lambda: visitor.submit(proof, "/register/alternate/otp", mobile_otp=mobile, email_otp=email)

        answers = all_at_once([end(visitor, number) for number, visitor in enumerate(visitors)])
        assert {(answer.status, answer.location) for answer in answers} == {(303, "/register/done")}
        assert accounts(database, posts.registrant) == "1"
        kept = database.account(posts.icegate_id)
        assert kept in [(contacts.email, contacts.mobile), (posts.registrant.email, posts.registrant.mobile)]
        ends.add(kept == (contacts.email, contacts.mobile))
    assert database.broken_invariants() == []


def test_one_name_that_fifty_want_at_once_is_ones(own_portal, database, account):
    """D1: the others are told that it exists; no error page."""
    wanted = f"FIFTY-{account.icegate_id[-8:]}"
    candidates = [forms.before(own_portal, "/register/account") for _ in range(50)]
    answers = all_at_once([lambda form=form: form.submit(icegate_id=wanted) for form in candidates])
    # A machine that is busy may send some away, and says so.
    assert {answer.status for answer in answers} <= {303, 422, 503}
    assert sum(answer.status == 303 for answer in answers) == 1
    assert all("already exists" in answer.text for answer in answers if answer.status == 422)
    assert database.value(f"SELECT COUNT(*) FROM registrations WHERE icegate_id = '{wanted}'") == "1"
    assert database.broken_invariants() == []
