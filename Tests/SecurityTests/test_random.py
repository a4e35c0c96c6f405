"""Many requests drawn at random, and what the portal is like afterwards."""

import os
import socket
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from processes import descriptors, portal_process, resident_kibibytes
from random_requests import RandomRequests
from raw_http import answers, connect, receive

VISITORS = 8
SEED = os.environ.get("RANDOM_SEED", "1")
# Statuses above 499 that nobody has to mend: nginx does not speak that coding or version, the portal has enough to do.
MEANT = {501, 503, 505}


class Visits:
    """Random requests of some visitors at once, each from an address of its own."""

    def __init__(self, portal):
        self._sources = [RandomRequests(portal, f"{SEED}-{number}") for number in range(VISITORS)]
        self._portal = portal
        self._lock = threading.Lock()
        self._latest: dict[RandomRequests, bytes] = {}
        self.statuses: Counter = Counter()
        self.faults: list[str] = []

    def make(self, count: int) -> None:
        with ThreadPoolExecutor(VISITORS) as pool:
            list(pool.map(lambda source: self._visit(source, count // VISITORS), self._sources))

    def _visit(self, source: RandomRequests, count: int) -> None:
        try:
            self._send(source, count)
        except (AssertionError, OSError) as error:
            # Whoever lays a form before them found the portal unwell: one of the requests just before did that.
            raise AssertionError(f"RANDOM_SEED={SEED}, after one of {list(self._latest.values())}") from error

    def _send(self, source: RandomRequests, count: int) -> None:
        for _ in range(count):
            request, is_whole = source.draw()
            self._latest[source] = request
            with connect(self._portal) as connection:
                received = self._exchange(connection, request, is_whole)
            # None at all where nginx closes without a word.
            statuses = [answer.status for answer in answers(received)] or [0]
            with self._lock:
                self.statuses.update(statuses)
                if any(status >= 500 and status not in MEANT for status in statuses):
                    self.faults.append(f"{statuses}: {request!r}")

    @staticmethod
    def _exchange(connection: socket.socket, request: bytes, is_whole: bool) -> bytes:
        try:
            connection.sendall(request)
            if not is_whole:
                connection.shutdown(socket.SHUT_WR)
        except OSError:
            # It was refused before it was whole.
            pass
        return receive(connection)


def visited(portal, database, count: int) -> None:
    process = portal_process()
    visits = Visits(portal)
    visits.make(1_000)
    before = descriptors(process), resident_kibibytes(process)
    visits.make(count)
    assert visits.faults == [], f"RANDOM_SEED={SEED}"
    # Some of them came further than to the first check.
    assert {200, 303, 400, 403, 404, 413, 422} <= visits.statuses.keys(), visits.statuses
    # The same process as before answers: nobody starts it anew here.
    assert portal.visitor().get("/readyz").status == 200
    assert descriptors(process) <= before[0] + 8
    assert resident_kibibytes(process) < before[1] + 20_000
    assert database.broken_invariants() == []


def test_whatever_is_sent_the_portal_answers_and_lives(own_portal, database):
    """A15, E1: random bytes in every field, cookie, header and path."""
    visited(own_portal, database, 2_000)


@pytest.mark.long
def test_whatever_is_sent_a_hundred_thousand_times_the_portal_answers_and_lives(own_portal, database):
    """A15, E1: no error, no descriptor and no memory is left behind."""
    visited(own_portal, database, 99_000)
