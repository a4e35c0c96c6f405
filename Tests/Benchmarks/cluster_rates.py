"""Registrations and pages a second through one process of the portal and through four, on a Galera cluster.

BUILT is the directory with icegate-portal and icegatectl, BENCH_DIRECTORY where everything is kept.
"""

import argparse
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import load
from comparison import Report, Values, in_turn
from release_set_up import CHECKOUT, free_ports

sys.path += [str(CHECKOUT / "Tests" / folder) for folder in ["ClusterTests", "DeliveryTests"]]

from cluster import PORTALS, Cluster, wait_until
from form_posts import FormPosts
from rush import Rush

ONE, FOUR = "one portal", "four portals"


class Rates:
    def __init__(self, cluster: Cluster, asked: argparse.Namespace):
        self._asked = asked
        self.cluster = cluster
        self._log = load.AccessLog(cluster.directory / "nginx" / "access.log")
        # A page of somebody whom the portal has to know: it asks MariaDB who that is.
        [registrant] = self.cluster.registrants(1)
        person = FormPosts(self.cluster.portal, registrant)
        person.walk_to("/register/account")
        self._session = dict(person.visitor.cookies)["icegate_session"]
        self._running = set(PORTALS)

    def of(self, portals: str) -> Values:
        self._run({1} if portals == ONE else set(PORTALS))
        address = f"{self.cluster.portal.address}/register/account"
        load.run(address, 32, 1, self._log, {}, session=self._session)
        pages = load.run(address, 32, self._asked.seconds, self._log, {}, session=self._session)
        return {"pages": pages.rate, "registrations": self._registrations(), "page, 99th percentile": pages.p99}

    def _run(self, wanted: set[int]) -> None:
        """These processes of the portal alone, and nginx knows of no other."""
        for number in wanted - self._running:
            self.cluster.process(number, "start")
        wait_until(lambda: all(self._listens(number) for number in wanted))
        nginx = self.cluster.directory / "nginx"
        text = re.sub(r"(portal-[0-9]\.sock\" max_fails=\S+ fail_timeout=\w+)( down)?;", r"\1;", (nginx / "nginx.conf").read_text())
        for number in set(PORTALS) - wanted:
            text = re.sub(rf"(portal-{number}\.sock\"[^;]*);", r"\1 down;", text)
        (nginx / "nginx.conf").write_text(text)
        os.kill(int((nginx / "nginx.pid").read_text()), signal.SIGHUP)
        # Its old workers end.
        time.sleep(1)
        for number in self._running - wanted:
            self.cluster.process(number, "stop")
        self._running = wanted

    def _listens(self, number: int) -> bool:
        """A socket's file is there for longer than its process."""
        with socket.socket(socket.AF_UNIX) as connection:
            return connection.connect_ex(str(self.cluster.directory / f"portal-{number}.sock")) == 0

    def _registrations(self) -> float:
        # No more than one portal takes at once: what waits too long for its hash is refused.
        crowd = Rush(self.cluster, self._asked.registrations, clients=12)
        crowd.end()
        assert all(client.was_told for client in crowd.clients), f"somebody could not register: {crowd.statuses}"
        return len(crowd.clients) / (crowd.ended - crowd.started)


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--registrations", type=int, default=100)
    options.add_argument("--seconds", type=int, default=3)
    asked = options.parse_args()
    directory = Path(os.environ["BENCH_DIRECTORY"])
    # What a run that was killed left there.
    stop = [CHECKOUT / "script" / "cluster", "--stop"]
    subprocess.run(stop, env=os.environ | {"RUN_DIRECTORY": str(directory)}, check=True, timeout=180)
    shutil.rmtree(directory, ignore_errors=True)
    cluster = Cluster(directory, *free_ports(1))
    try:
        rates = Rates(cluster, asked)
        report = Report()
        cores = len(os.sched_getaffinity(0))
        report.heading(
            f"Four portals to one, behind one nginx, before three database servers, all on this machine's {cores} cores, which those"
            "\nwho ask share: what more portals add is seen where each has cores of its own"
        )
        report.rounds["cluster"] = in_turn([ONE, FOUR], asked.rounds, rates.of)
        for value, decimals in [("registrations", 1), ("pages", 0), ("page, 99th percentile", 1)]:
            name = value if value.startswith("page,") else f"{value} a second"
            report.add_ratio(name, "cluster", value, FOUR, ONE, None, decimals)
    finally:
        cluster.stop()


if __name__ == "__main__":
    main()
