"""The portal beside its peers in C and PHP, and beside limits of its own.

BUILT is the directory with icegate-portal and icegatectl, BENCH_DIRECTORY where everything is kept.
"""

import argparse
import os
import platform
import signal
import sys
import time
import urllib.parse
from collections.abc import Callable
from pathlib import Path

import load
import look_ups
from alone import Alone
from comparison import Limit, Report, Values, in_turn
from prepared import Prepared, write
from programs import Programs

PARTS = ["peers", "alone", "look-ups"]
CONNECTIONS = [32, 128]
MARIADB = ["--innodb-buffer-pool-size=3G", "--innodb-log-file-size=256M", "--innodb-flush-log-at-trx-commit=2"]
# Rows of the master while requests are compared.
MASTER = 1_000_000


class Loads:
    """The requests that are compared."""

    def __init__(self, programs: Programs, seconds: int):
        self._programs = programs
        self._seconds = seconds
        self.prepared = Prepared(programs.keys, programs.load_rows, programs.directory)
        self._list = programs.directory / "requests"
        # Requests a second that were seen of a load.
        self._rates: dict[tuple[str, str], float] = {}

    def page(self, name: str, connections: int) -> Values:
        return self._run(name, "/register", connections).values()

    def step_1(self, name: str, connections: int) -> Values:
        return self._once(name, "/register", connections, self.prepared.step_1, frozenset({303, 422}))

    def otp_check(self, name: str, connections: int) -> Values:
        return self._once(name, "/register/otp", connections, self.prepared.one_time_passwords, frozenset({303}))

    def captcha_image(self, name: str, connections: int) -> Values:
        return self._once(name, "/captcha/image", connections, self.prepared.captchas, frozenset({200}), "?")

    def compare_images(self) -> None:
        """C draws the portal's very files. PHP's has the same size and colours, which are the last of the numbers to be drawn."""
        for session, query in self.prepared.captchas(20):
            path = f"/captcha/image?{urllib.parse.urlencode(query)}"
            images = {name: self._programs.ask(path, session, name=name) for name in self._programs.names}
            assert all(status == 200 for status, _ in images.values()), images
            portal, c, php = (image for _, image in images.values())
            assert portal == c, path
            assert portal.partition(b"IDAT")[0][:-4] == php.partition(b"IDAT")[0][:-4], path

    def pages(self) -> tuple[bytes, bytes]:
        """The form as the portal shows it, and as it comes back with a wrong temporary password."""
        *_, (session, fields) = self.prepared.step_1(4)
        answers = [self._programs.ask("/register"), self._programs.ask("/register", session, fields)]
        assert [status for status, _ in answers] == [200, 422], answers
        return answers[0][1], answers[1][1]

    def _once(
        self, name: str, path: str, connections: int, prepare: Callable, expected: frozenset[int], mark: str = ""
    ) -> Values:
        rate = self._rates.get((name, path), 1_500)
        while True:
            write(prepare(int(1.5 * rate * self._seconds)), self._list, mark)
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
        time.sleep(0.3)
        programs = self._programs
        address = programs.address(name, path)
        return load.run(
            address, connections, self._seconds, programs.log, programs.takers(name), *requests, origin=programs.origin
        )


COMPARED = [
    ("page", Loads.page, Limit(1.4, least=True), Limit(1.6, least=True)),
    ("step 1", Loads.step_1, Limit(1.15, least=True), Limit(1.8, least=True)),
    ("OTP check", Loads.otp_check, Limit(1.1, least=True), Limit(1.6, least=True)),
    ("captcha image", Loads.captcha_image, None, None),
]
WITHOUT_DATABASE = ["page", "captcha image"]


def compare(programs: Programs, loads: Loads, report: Report, rounds: int) -> None:
    programs.start_peers(*loads.pages())
    loads.compare_images()
    for _, measure, _, _ in COMPARED:
        for name in programs.names:
            # The first time each is slower than ever after.
            measure(loads, name, CONNECTIONS[0])
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
                for taker in ["nginx"] if title in WITHOUT_DATABASE else ["nginx", "MariaDB"]:
                    report.add_ratio(f"{title}, CPU of {taker}, µs, to {peer}", load, f"cpu {taker}", "portal", peer, None, 1)
                late = Limit(1.0) if peer == "C" and limit and not main else None
                report.add_ratio(f"{title}, 99th percentile, ms, to {peer}", load, "p99", "portal", peer, late, 1)


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--seconds", type=int, default=3)
    options.add_argument("--rows", type=int, default=look_ups.SIZES[-1])
    options.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    asked = options.parse_args()
    # So that what was started is stopped.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    directory = Path(os.environ["BENCH_DIRECTORY"])
    programs = Programs(directory / "portal", Path(os.environ["BUILT"]))
    report = Report()
    try:
        # Written at each commit, on the disk within a second: waiting for the disk is the same for all.
        programs.start_database(*MARIADB)
        look_ups.fill(programs, "master_versions", MASTER)
        programs.start_portal()
        programs.start_nginx()
        loads = Loads(programs, asked.seconds)
        if "peers" in asked.only:
            compare(programs, loads, report, asked.rounds)
        if "alone" in asked.only:
            Alone(programs, loads.prepared, report, asked.seconds).run()
        if "look-ups" in asked.only:
            look_ups.compare(programs, loads.prepared, report, asked.rows, asked.rounds, asked.seconds)
        report.write(directory, {"processor": platform.processor() or platform.machine(), "cores": str(os.cpu_count())})
    finally:
        programs.stop()
    if report.missed:
        print(f"\n{len(report.missed)} of {len(report.lines)} limits are missed")
        sys.exit(1)


if __name__ == "__main__":
    main()
