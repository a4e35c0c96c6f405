"""Two portals on two servers that do the same thing at the same instant: each server lets its own go on until the commit,
and there one of them loses."""

import secrets

from at_once import all_at_once
from cluster import Cluster
from form_posts import FormPosts
from sample_master import Registrant
from visitor import Answer

AT_ONCE = 4
ROUNDS = 25


class Conflicts:
    """Transactions that lost against another server's, while posts were sent in one instant."""

    def __init__(self, cluster: Cluster):
        self._cluster = cluster
        self.count = 0

    def provoke(self, posts: list) -> list[Answer]:
        before = self._now()
        answers = all_at_once(posts)
        self.count += self._now() - before
        return answers

    def _now(self) -> int:
        return self._cluster.counter("local_cert_failures") + self._cluster.counter("local_bf_aborts")


def walkers(cluster: Cluster, count: int) -> list[FormPosts]:
    return [FormPosts(cluster.portal, registrant) for registrant in cluster.registrants(count)]


def value(cluster: Cluster, number: int, statement: str) -> int:
    return int(cluster.sql(number, f"SET wsrep_sync_wait = 1; {statement}"))


def pair(registrant: Registrant) -> str:
    return f"iec = '{registrant.iec}' AND gstin = '{registrant.gstin}'"


def test_one_icegate_id_wanted_on_several_servers(cluster: Cluster):
    """One gets it, and the others are told that it is taken."""
    conflicts = Conflicts(cluster)
    people = walkers(cluster, AT_ONCE * ROUNDS)
    for start in range(0, len(people), AT_ONCE):
        group = people[start : start + AT_ONCE]
        wanted = f"RACE-{secrets.token_hex(5).upper()}"
        pages = [person.walk_to("/register/account") for person in group]

        def submit(person: FormPosts, page):
            fields = {"new_password": person.password, "confirm_password": person.password}
            return lambda: person.visitor.submit(page, "/register/account", icegate_id=wanted, **fields)

        answers = conflicts.provoke([submit(*one) for one in zip(group, pages)])
        assert sorted(answer.status for answer in answers) == [303] + [422] * (AT_ONCE - 1)
        assert value(cluster, 1, f"SELECT COUNT(*) FROM icegate_ids WHERE icegate_id = '{wanted}'") == 1
    assert conflicts.count > 0


def test_one_pair_of_otps_sent_to_several_servers(cluster: Cluster):
    """Consumed once; every answer leads on, as after a double click."""
    conflicts = Conflicts(cluster)
    for person in walkers(cluster, ROUNDS):
        page = person.walk_to("/register/otp")
        mobile, email = cluster.portal.messages.one_time_passwords(person.registrant)

        def submit():
            return person.visitor.submit(page, "/register/otp", mobile_otp=mobile, email_otp=email)

        answers = conflicts.provoke([submit] * AT_ONCE)
        assert {(answer.status, answer.location) for answer in answers} == {(303, "/register/verified")}
        registration = f"SELECT id FROM registrations WHERE {pair(person.registrant)}"
        consumed = f"SELECT COUNT(*) FROM otp_pairs WHERE end_reason = 'consumed' AND registration_id = ({registration})"
        assert value(cluster, 2, consumed) == 1
        page = person.visitor.get("/register/finish")
        answers = conflicts.provoke([lambda: person.visitor.submit(page, "/register/finish")] * AT_ONCE)
        assert {(answer.status, answer.location) for answer in answers} == {(303, "/register/done")}
        assert value(cluster, 3, f"SELECT COUNT(*) FROM accounts WHERE {pair(person.registrant)}") == 1
    assert conflicts.count > 0


def test_one_registration_taken_up_on_several_servers(cluster: Cluster):
    """With right OTPs in several browsers: consumed once, whoever is let in stands at one registration, and it ends in one account."""
    conflicts = Conflicts(cluster)
    for person in walkers(cluster, ROUNDS):
        person.walk_to("/register/otp")
        mobile, email = cluster.portal.messages.one_time_passwords(person.registrant)
        fields = {"iec": person.registrant.iec, "gstin": person.registrant.gstin, "captcha": "TEST42"}
        fields |= {"mobile_otp": mobile, "email_otp": email}
        visitors = [cluster.portal.visitor() for _ in range(AT_ONCE)]
        pages = [visitor.get("/resume") for visitor in visitors]

        def submit(visitor, page):
            return lambda: visitor.submit(page, "/resume", **fields)

        answers = conflicts.provoke([submit(*one) for one in zip(visitors, pages)])
        assert {answer.status for answer in answers} <= {303, 422}
        let_in = [visitor for visitor, answer in zip(visitors, answers) if answer.status == 303]
        assert let_in
        registration = f"SELECT id FROM registrations WHERE {pair(person.registrant)}"
        consumed = f"SELECT COUNT(*) FROM otp_pairs WHERE end_reason = 'consumed' AND registration_id = ({registration})"
        assert value(cluster, 2, consumed) == 1
        finish = let_in[0].get("/register/finish")
        assert let_in[0].submit(finish, "/register/finish").location == "/register/done"
        assert value(cluster, 3, f"SELECT COUNT(*) FROM accounts WHERE {pair(person.registrant)}") == 1
    assert conflicts.count > 0


def test_one_pair_begun_on_several_servers(cluster: Cluster):
    """One registration lives, whoever of the browsers has it."""
    conflicts = Conflicts(cluster)
    for registrant in cluster.registrants(ROUNDS):
        people = [FormPosts(cluster.portal, registrant) for _ in range(AT_ONCE)]
        pages = [person.visitor.get("/register") for person in people]

        def submit(person: FormPosts, page):
            fields = {"iec": registrant.iec, "gstin": registrant.gstin, "captcha": "TEST42"}
            fields["password"] = registrant.temporary_password
            return lambda: person.visitor.submit(page, "/register", **fields)

        answers = conflicts.provoke([submit(*one) for one in zip(people, pages)])
        assert {answer.status for answer in answers} == {303}
        assert value(cluster, 1, f"SELECT COUNT(*) FROM registrations WHERE live = 1 AND {pair(registrant)}") == 1
    assert conflicts.count > 0


def test_one_registration_begun_again_on_several_servers(cluster: Cluster):
    """The browser that came last has it, and no other one beside it."""
    for person in walkers(cluster, ROUNDS):
        person.walk_to("/register/otp")
        again = [FormPosts(cluster.portal, person.registrant) for _ in range(AT_ONCE)]
        pages = [one.visitor.get("/register") for one in again]

        def submit(posts: FormPosts, page):
            registrant = posts.registrant
            fields = {"iec": registrant.iec, "gstin": registrant.gstin, "captcha": "TEST42"}
            fields["password"] = registrant.temporary_password
            return lambda: posts.visitor.submit(page, "/register", **fields)

        answers = all_at_once([submit(*one) for one in zip(again, pages)])
        assert {answer.status for answer in answers} == {303}
        registration = f"SELECT id FROM registrations WHERE live = 1 AND {pair(person.registrant)}"
        live = f"SELECT COUNT(*) FROM sessions WHERE ended_at IS NULL AND registration_id = ({registration})"
        assert value(cluster, 1, live) == 1
