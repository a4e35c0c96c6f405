"""A load of the master that every server takes in."""

import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from cluster import FREE_PAIRS, NODES, Cluster, wait_until
from rush import rush

ROWS = 300_000
# Seconds.
LONGEST_STALL = 1
# Rows of the load, from all over it, that are looked for while it runs.
SAMPLE = 40


class Pulse:
    """A client of one server that commits twenty times a second, as the portal does; how long the longest transaction took, and how
    many of the sample were in the master there."""

    def __init__(self, cluster: Cluster, number: int, sample: list[str]):
        self.longest = 0.0
        self.seen: list[int] = []
        self._client = subprocess.Popen(
            [*cluster.client(number), "--unbuffered"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._transaction = f"BEGIN; UPDATE pulses SET beats = beats + 1 WHERE node = {number}; COMMIT; SELECT 1;\n"
        self._look = f"SELECT COUNT(*) FROM master_entries WHERE (iec, gstin) IN ({', '.join(sample)});\n"
        self._ended = threading.Event()
        self._pool = ThreadPoolExecutor(1)
        self._beats = self._pool.submit(self._beat)

    def _beat(self) -> None:
        self._client.stdin.write("SET wsrep_sync_wait = 1;\n")
        while not self._ended.wait(0.05):
            began = time.monotonic()
            done = self._ask(self._transaction)
            self.longest = max(self.longest, time.monotonic() - began)
            assert done == "1\n", f"a transaction failed after {time.monotonic() - began:.2f} s"
            # Of its own time: a page asks for one pair, and not for all of these.
            self.seen.append(int(self._ask(self._look)))

    def _ask(self, statements: str) -> str:
        self._client.stdin.write(statements)
        self._client.stdin.flush()
        return self._client.stdout.readline()

    def end(self) -> None:
        self._ended.set()
        self._pool.shutdown()
        self._client.communicate(timeout=10)
        self._beats.result()


@contextmanager
def pulses(cluster: Cluster, sample: list[str]) -> Iterator[dict[int, Pulse]]:
    table = "CREATE TABLE pulses (node INT PRIMARY KEY, beats INT NOT NULL)"
    cluster.sql(1, f"{table}; INSERT INTO pulses VALUES (1, 0), (2, 0), (3, 0)")
    found = {number: Pulse(cluster, number, sample) for number in NODES}
    try:
        yield found
    finally:
        for pulse in found.values():
            pulse.end()
        cluster.sql(1, "DROP TABLE pulses")


def test_a_load_of_three_hundred_thousand_rows(cluster: Cluster, registrations: int, tmp_path: Path):
    """No server's commits and nobody's forms wait for longer than a second, and nobody sees a part of it."""
    file = tmp_path / "large.csv"
    header, *lines = cluster.generated_master(FREE_PAIRS + ROWS).splitlines(keepends=True)
    loaded = lines[FREE_PAIRS:]
    file.write_text("".join([header, *loaded]), "utf-8")
    pairs = [line.split(",")[:2] for line in loaded[:: len(loaded) // SAMPLE][:SAMPLE]]
    sample = [f"('{iec}', '{gstin}')" for iec, gstin in pairs]
    with rush(cluster, registrations, silence=LONGEST_STALL) as crowd, pulses(cluster, sample) as beats:
        began = time.monotonic()
        cluster.ctl("master", "load", str(file), "--mode=delta")
        took = time.monotonic() - began
        wait_until(lambda: all(pulse.seen[-1] == SAMPLE for pulse in beats.values()), 10, "the load on every server")
    for pulse in beats.values():
        assert pulse.seen == [0] * pulse.seen.count(0) + [SAMPLE] * pulse.seen.count(SAMPLE)
    stalls = {f"node {number}": round(pulse.longest, 2) for number, pulse in beats.items()}
    stalls["forms"] = crowd.report["silence"]
    print(f"{took:.1f} s for the load; the longest waits: {stalls}")
    assert max(stalls.values()) < LONGEST_STALL, stalls
