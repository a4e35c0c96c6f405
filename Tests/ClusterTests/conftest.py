"""What every test here stands on: a cluster whose parts a test may kill, freeze or cut off.

CLUSTER_DIRECTORY is where everything is kept, BUILT the directory with icegate-portal and icegatectl, REGISTRATIONS how many
people register in each drill.
"""

import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

for folder in ["BrowserTests", "DeliveryTests"]:
    sys.path.insert(0, str(Path(__file__).parents[1] / folder))

from cluster import NODES, Cluster, wait_until  # noqa: E402


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@pytest.fixture(scope="session")
def registrations() -> int:
    return int(os.environ.get("REGISTRATIONS", "1000"))


@pytest.fixture(scope="session")
def whole_cluster() -> Iterator[Cluster]:
    port = int(os.environ.get("PORTAL_PORT") or free_port())
    cluster = Cluster(Path(os.environ["CLUSTER_DIRECTORY"]), port)
    yield cluster
    if "KEEP_CLUSTER" not in os.environ:
        cluster.stop()


@pytest.fixture
def cluster(whole_cluster: Cluster) -> Iterator[Cluster]:
    """Everything runs when a test begins; when it has ended, no invariant is broken on any server, and all are equal."""
    whole_cluster.become_whole()
    yield whole_cluster
    whole_cluster.become_whole()
    whole_cluster.end_leases(1)
    wait_until(whole_cluster.is_equal, 90, "the servers equal")
    for number in NODES:
        assert whole_cluster.broken_invariants(number) == []
