"""Portals on several servers that do the same thing at the same instant: each server lets its own go on until the commit, and there
all but one lose. The commits are held until those of two servers have come, so that every time some do."""

import secrets
from collections.abc import Iterator

import pytest

from at_once import all_at_once
from cluster import NODES, PORTALS, Cluster, wait_until
from commit_gate import CommitGate
from form_posts import FormPosts
from sample_master import Registrant
from visitor import Answer

AT_ONCE = 4
ROUNDS = 5


@pytest.fixture(scope="module")
def gate(whole_cluster: Cluster) -> Iterator[CommitGate]:
    """Between the portals and the servers."""
    gate = CommitGate([whole_cluster.address(number) for number in NODES])
    for number in PORTALS:
        whole_cluster.process(number, "stop")
        whole_cluster.process(number, "start", DATABASE_HOST=gate.hosts)
    yield gate
    for number in PORTALS:
        whole_cluster.process(number, "stop")
        whole_cluster.process(number, "start")
    gate.stop()


@pytest.fixture
def conflicts(cluster: Cluster, gate: CommitGate) -> "Conflicts":
    return Conflicts(cluster, gate)


class Conflicts:
    """Posts that are sent in one instant, of which some transactions lose against another server's."""

    def __init__(self, cluster: Cluster, gate: CommitGate):
        self._cluster = cluster
        self._gate = gate

    def provoke(self, posts: list) -> list[Answer]:
        # Couriers commit too, and would be taken for one of the posts.
        wait_until(self._cluster.owes_nothing)
        before = self._now()
        with self._gate.holding():
            answers = all_at_once(posts)
        assert self._now() > before, "no transaction met another one"
        return answers

    def _now(self) -> int:
        return self._cluster.counter("local_cert_failures") + self._cluster.counter("local_bf_aborts")


def walkers(cluster: Cluster, count: int) -> list[FormPosts]:
    return [FormPosts(cluster.portal, registrant) for registrant in cluster.registrants(count)]


def value(cluster: Cluster, number: int, statement: str) -> int:
    return int(cluster.sql(number, f"SET wsrep_sync_wait = 1; {statement}"))


def pair(registrant: Registrant) -> str:
    return f"iec = '{registrant.iec}' AND gstin = '{registrant.gstin}'"


def test_one_icegate_id_wanted_on_several_servers(cluster: Cluster, conflicts: Conflicts):
    """One gets it, and the others are told that it is taken."""
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


def test_one_pair_of_otps_sent_to_several_servers(cluster: Cluster, conflicts: Conflicts):
    """Consumed once; every answer leads on, as after a double click."""
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


def test_one_registration_taken_up_on_several_servers(cluster: Cluster, conflicts: Conflicts):
    """With right OTPs in several browsers: consumed once, whoever is let in stands at one registration, and it ends in one account."""
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


def test_one_pair_begun_on_several_servers(cluster: Cluster, conflicts: Conflicts):
    """One registration lives, whoever of the browsers has it."""
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


def test_one_registration_begun_again_on_several_servers(cluster: Cluster, conflicts: Conflicts):
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

        answers = conflicts.provoke([submit(*one) for one in zip(again, pages)])
        assert {answer.status for answer in answers} == {303}
        registration = f"SELECT id FROM registrations WHERE live = 1 AND {pair(person.registrant)}"
        live = f"SELECT COUNT(*) FROM sessions WHERE ended_at IS NULL AND registration_id = ({registration})"
        assert value(cluster, 1, live) == 1
