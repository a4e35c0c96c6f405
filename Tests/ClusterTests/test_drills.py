"""Parts of the cluster that fail while people register: whoever was told that it is done has an account, once; all others
come to the same end by carrying on."""

import time

import pytest

from cluster import NODES, Cluster, wait_until
from rush import rush
from visitor import Answer

# What a page says while its portal has not yet found another server, and for how long that may be: the servers leave one that says
# nothing behind within three seconds.
AWAY = frozenset({503})
LEFT_BEHIND = 6


def test_nothing_fails(cluster: Cluster, registrations: int):
    """What the drills are compared with: no error, and nobody has to do anything twice."""
    with rush(cluster, registrations) as crowd:
        pass
    assert crowd.report["finished"] == registrations
    assert crowd.report["repeated"] == 0


def test_a_server_killed(cluster: Cluster, registrations: int):
    with rush(cluster, registrations, also=AWAY, silence=LEFT_BEHIND) as crowd:
        cluster.node(2, "kill")
        crowd.wait_for(0.6)
        cluster.node(2, "start")


def test_a_server_shut_down(cluster: Cluster, registrations: int):
    """As for its upgrade: it says so (1053) to whoever asks it, and the others do not wait for it."""
    with rush(cluster, registrations, also=AWAY, silence=LEFT_BEHIND) as crowd:
        cluster.node(3, "stop")
        crowd.wait_for(0.6)
        cluster.node(3, "start")


@pytest.mark.parametrize(
    ("number", "harm", "mend"),
    [
        # Silent and still connected.
        (3, "freeze", "thaw"),
        # From the others: the portals reach it, and must not be served by it.
        (2, "cut", "heal"),
        (1, "cut-all", "heal"),
    ],
)
def test_a_server_frozen_or_cut_off(cluster: Cluster, registrations: int, number: int, harm: str, mend: str):
    """The others go on without it, and it comes back by itself."""
    with rush(cluster, registrations, also=AWAY, silence=LEFT_BEHIND) as crowd:
        cluster.node(number, harm)
        crowd.wait_for(0.6, 20)
        cluster.node(number, mend)


def test_a_portal_killed(cluster: Cluster, registrations: int):
    """Nobody has to do anything twice but those whose request was in its hands, and those who meet the locks of its last transactions."""
    with rush(cluster, registrations, also=AWAY | {502}) as crowd:
        for number in (1, 3):
            cluster.process(number, "kill")
            time.sleep(2)


def look(cluster: Cluster, path: str) -> tuple[Answer, float]:
    """As somebody whom the portal knows: it has to ask MariaDB who that is."""
    visitor = cluster.portal.visitor()
    visitor.get("/register")
    started = time.monotonic()
    return visitor.get(path), time.monotonic() - started


def position(cluster: Cluster, number: int) -> int:
    return int(cluster.rows(number, "SHOW GLOBAL STATUS LIKE 'wsrep_last_committed'")[0][1])


def test_no_majority(cluster: Cluster, registrations: int):
    """Two servers of three are gone: every page says so within three seconds, and nothing is accepted until one is back."""
    with rush(cluster, registrations, also=AWAY, silence=30) as crowd:
        cluster.nodes((2, 3), "kill")
        wait_until(lambda: (cluster.state(1) or {}).get("cluster_status") != "Primary", 10)
        lost = time.monotonic()
        time.sleep(1)
        before = position(cluster, 1)
        for path in ["/register", "/login", "/account"] * 4:
            answer, took = look(cluster, path)
            assert answer.status == 503 and "retry-after" in answer.headers, f"{path}: {answer.status}"
            assert took < 3, f"{path}: {took}"
        assert cluster.portal.visitor().get("/about").status == 200
        assert position(cluster, 1) == before
        found = time.monotonic()
        cluster.nodes((2, 3), "start")
    meanwhile = [answer for answer in crowd.answers if answer[0] - answer[1] > lost and answer[0] < found]
    assert len(meanwhile) > 50 and max(took for _, took, _, _ in meanwhile) < 3
    assert {status for _, _, status, is_form in meanwhile if is_form} == {503}
    # The first page is the same for everybody until somebody has sent a form.
    assert {status for _, _, status, is_form in meanwhile if not is_form} <= {200, 503}
    assert all(cluster.state(number) for number in NODES)
