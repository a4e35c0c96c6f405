"""What was written through one server is there for whoever reads through another one, also where that one is behind."""

import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from cluster import NODES, Cluster
from form_posts import DONE, FormPosts

PEOPLE = 12
# Seconds that a server takes in nothing: less than repl.causal_read_timeout, after which a read is given up. Then as much for
# each of the others.
BEHIND = 0.4
TIMES = 60


@contextmanager
def falling_behind(cluster: Cluster, number: int) -> Iterator[None]:
    """A server that takes in nothing of the others, again and again: it answers reads meanwhile."""
    turn = NODES.index(number)
    one = f"FLUSH TABLES WITH READ LOCK; DO SLEEP({BEHIND}); UNLOCK TABLES; DO SLEEP({BEHIND * (len(NODES) - 1)});\n"
    client = subprocess.Popen(cluster.client(number), stdin=subprocess.PIPE, text=True)
    client.stdin.write(f"DO SLEEP({BEHIND * turn});\n" + one * TIMES)
    client.stdin.close()
    try:
        yield
        assert client.poll() is None, "nothing held the server back any more"
    finally:
        client.kill()
        client.wait(timeout=10)


def test_every_step_sees_the_one_before(cluster: Cluster):
    """People whose requests come to one portal after another, each at a server of its own: every page knows what they did."""
    people = [FormPosts(cluster.portal, registrant) for registrant in cluster.registrants(PEOPLE)]
    with ExitStack() as servers:
        for number in NODES:
            servers.enter_context(falling_behind(cluster, number))
        for person in people:
            assert person.walk_to(DONE).status == 200
            person.log_in()
