"""The portal beside its peers in C and PHP, and beside limits of its own.

BUILT is the directory with icegate-portal and icegatectl, BENCH_DIRECTORY where everything is kept.
"""

import argparse
import http.client
import os
import platform
import sys
import time
import urllib.parse
from collections.abc import Callable
from pathlib import Path

import load
from comparison import Limit, Report, Values, in_turn
from prepared import Prepared, write
from programs import Programs

CONNECTIONS = [32, 128]
FORM = "application/x-www-form-urlencoded"
# Rows of the master while requests are compared.
MASTER = 1_000_000


class Loads:
    """The three requests that are compared."""

    def __init__(self, programs: Programs, seconds: int):
        self._programs = programs
        self._seconds = seconds
        self._prepared = Prepared(programs.keys, programs.load_rows, programs.directory)
        self._list = programs.directory / "requests"
        # Requests a second that were seen of a load.
        self._rates: dict[tuple[str, str], float] = {}

    def page(self, name: str, connections: int) -> Values:
        return self._run(name, "/register", connections).values()

    def step_1(self, name: str, connections: int) -> Values:
        return self._once(name, "/register", connections, self._prepared.step_1, frozenset({303, 422}))

    def otp_check(self, name: str, connections: int) -> Values:
        return self._once(name, "/register/otp", connections, self._prepared.one_time_passwords, frozenset({303}))

    def pages(self) -> tuple[bytes, bytes]:
        """The form as the portal shows it, and as it comes back with a wrong temporary password."""
        *_, (session, fields) = self._prepared.step_1(4)
        return self._ask("/register"), self._ask("/register", session, fields)

    def _once(self, name: str, path: str, connections: int, prepare: Callable, expected: frozenset[int]) -> Values:
        rate = self._rates.get((name, path), 1_500)
        while True:
            write(prepare(int(1.5 * rate * self._seconds)), self._list)
            try:
                found = self._run(name, path, connections, self._list, expected)
            except load.ListWasTooShort:
                rate *= 2
                continue
            # A program that answers all alike judges nothing.
            assert all(found.statuses[status] for status in expected), found.statuses
            self._rates[name, path] = max(found.rate, 0.8 * rate)
            return found.values()

    def _run(self, name: str, path: str, connections: int, *requests) -> load.Measured:
        # What was prepared, and what the one before left to be done, is not this one's.
        time.sleep(0.5)
        programs = self._programs
        address = programs.address(name, path)
        return load.run(
            address, connections, self._seconds, programs.log, programs.takers(name), *requests, origin=programs.origin
        )

    def _ask(self, path: str, session: str = "", fields: dict[str, str] | None = None) -> bytes:
        target = urllib.parse.urlsplit(self._programs.origin)
        connection = http.client.HTTPConnection(target.hostname, target.port, timeout=20)
        headers = {"Cookie": f"icegate_session={session}", "Content-Type": FORM} if fields else {}
        body = urllib.parse.urlencode(fields) if fields else None
        connection.request("POST" if fields else "GET", path, body, headers)
        answer = connection.getresponse()
        assert answer.status == (422 if fields else 200), answer.status
        return answer.read()


COMPARED = [
    ("page", Loads.page, Limit(1.4, least=True), Limit(1.6, least=True)),
    ("step 1", Loads.step_1, Limit(1.15, least=True), Limit(1.8, least=True)),
    ("OTP check", Loads.otp_check, Limit(1.1, least=True), Limit(1.6, least=True)),
]


def compare(programs: Programs, loads: Loads, report: Report, rounds: int) -> None:
    for title, measure, to_c, to_php in COMPARED:
        for connections in CONNECTIONS:
            load = f"{title}, {connections} connections"
            report.rounds[load] = in_turn(programs.names, rounds, lambda name: measure(loads, name, connections))
            report.heading(f"{load}: the portal beside its peers")
            main = connections == CONNECTIONS[0]
            for peer, limit in [("C", to_c), ("PHP", to_php)]:
                report.add_ratio(f"{title}, requests a second, to {peer}", load, "rate", "portal", peer, limit if main else None)
                own = {"C": Limit(1.0), "PHP": Limit(0.5)}[peer] if title == "page" and main else None
                report.add_ratio(f"{title}, CPU of the program, µs, to {peer}", load, "cpu program", "portal", peer, own, 1)
                for taker in ["nginx", "MariaDB"]:
                    report.add_ratio(f"{title}, CPU of {taker}, µs, to {peer}", load, f"cpu {taker}", "portal", peer, None, 1)
                late = Limit(1.0) if peer == "C" and not main else None
                report.add_ratio(f"{title}, 99th percentile, ms, to {peer}", load, "p99", "portal", peer, late, 1)


def fill_master(programs: Programs, table: str, count: int) -> None:
    """So many pairs in the order of the key, the IECs anywhere in their range; none is one that `prepared` makes."""
    programs.sql(
        f"""INSERT INTO {table}
                (iec, gstin, load_id, is_removed, legal_name, email, mobile, iec_status, gstin_status)
            SELECT iec, CONCAT('29ABCDE', SUBSTR(iec, 7), 'F1Z5'), 1, 0, CONCAT('Sample Traders ', seq),
                CONCAT('contact', seq, '@example.com'), 6000000000 + seq, 'valid', 'ACT'
            FROM (SELECT seq, LPAD(seq * {10**10 // count - 1} + CRC32(seq) % {10**10 // count - 1}, 10, '0') AS iec
                FROM seq_0_to_{count - 1}) numbers""",
        timeout=600,
    )


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--seconds", type=int, default=3)
    options.add_argument("--only", default="")
    asked = options.parse_args()
    directory = Path(os.environ["BENCH_DIRECTORY"])
    programs = Programs(directory / "portal", Path(os.environ["BUILT"]))
    report = Report()
    try:
        programs.start_database("--innodb-buffer-pool-size=1G", "--innodb-log-file-size=256M")
        fill_master(programs, "master_versions", MASTER)
        programs.start_portal()
        programs.start_nginx()
        loads = Loads(programs, asked.seconds)
        programs.start_peers(*loads.pages())
        for measure in [Loads.page, Loads.step_1, Loads.otp_check]:
            for name in programs.names:
                measure(loads, name, CONNECTIONS[0])
        compare(programs, loads, report, asked.rounds)
        report.write(directory, {"processor": platform.processor() or platform.machine(), "cores": str(os.cpu_count())})
    finally:
        programs.stop()
    if report.missed:
        print(f"\n{len(report.missed)} of {len(report.lines)} limits are missed")
        sys.exit(1)


if __name__ == "__main__":
    main()
