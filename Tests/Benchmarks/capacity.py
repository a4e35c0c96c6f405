"""How many portals and which database a day needs, reckoned from what its requests take here; and whether that reckoning meets
what is measured.

BUILT is the directory with icegate-portal and icegatectl, BENCH_DIRECTORY where everything is kept.

People come at any time, and think before each form that they send and each link that they follow; a page that follows a form
is asked for at once. TLS, networks and waiting for disks are left out. nginx has the portals' cores, a load of the master has a
core of the database for itself, and the percentiles are those of the time in which it runs.
"""

import argparse
import math
import os
import platform
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

from comparison import Between, Report, Values
from costs import Costs, LoadCost, load_cost
from crowd import measured_rate
from prepared import Prepared
from programs import Programs
from queueing import Cores, Piece, Request, Simulation, Visit

MARIADB = ["--innodb-buffer-pool-size=1G", "--innodb-log-file-size=256M", "--innodb-flush-log-at-trx-commit=2"]
MEASURED_ROWS = 200_000
# Mean seconds, exponential.
THINK = 20
# Of the cores' time, and seconds until a page's answer.
BUSY, LATE = 0.7, 0.1
# Simulated seconds before anything is counted: a registration lasts some 100. Then so many requests, or so many seconds.
WARM_UP, COUNTED, LEAST = 150, 60_000, 30
HASHES = {"POST /register/account", "POST /login"}
CHECK = Between(0.75, 1.33)


class Visits:
    """What people do, with the CPU that it takes."""

    def __init__(self, costs: Costs):
        self._costs = costs
        names = costs.registration
        # A browser shows the captcha's picture.
        names = [names[0], "a picture", *names[1:]]
        self.registration = tuple(map(self._request, names))
        self.login = tuple(map(self._request, ["GET /login", "POST /login", "GET /account"]))
        self.page = (self._request("a page"),)

    def _request(self, name: str) -> Request:
        of = self._costs.of[name]
        hashed = self._costs.hash if name in HASHES else 0
        # A clock that saw nothing saw little.
        pieces = [Piece("nginx", max(of["nginx"], 1e-6)), Piece("portal", max(of["program"] - hashed, 1e-6))]
        pieces += [Piece("portal", hashed, is_hash=True)] if hashed else []
        is_chosen = name.startswith("POST") or name == "GET /register/finish"
        return Request((*pieces, Piece("database", max(of["MariaDB"], 1e-6))), THINK if is_chosen else 0)

    def without_a_pause(self) -> Visit:
        """A registration by a program on the same machine, which takes its part of the CPU and looks at no picture."""
        requests = [self._request(name) for name in self._costs.registration]
        clients = [self._costs.of[name]["client"] for name in self._costs.registration]
        return tuple(Request((*each.pieces, Piece("client", client))) for each, client in zip(requests, clients))


@dataclass(frozen=True)
class Day:
    """Its busiest hour: visits a second."""

    registrations: int
    rates: list[tuple[Visit, float]]
    # Seconds; 0 is no load.
    load: float

    def offered(self, *places: str) -> float:
        """Cores that have work all the time."""
        return sum(rate * request.seconds_at(place) for visit, rate in self.rates for request in visit for place in places)

    @property
    def requests(self) -> float:
        return sum(rate * len(visit) for visit, rate in self.rates)

    @property
    def hashes(self) -> float:
        return sum(rate * request.hashes for visit, rate in self.rates for request in visit)

    def smallest(self, cores: int) -> Values:
        """The smallest set-up that is enough; `cores` of each portal."""
        web, database = self.offered("nginx", "portal"), self.offered("database")
        share = min(1, self.load / 3600)
        portals = max(1, math.ceil(web / cores / BUSY))
        # While the load has one, the others have to be enough.
        reserved = 1 if self.load else 0
        servers = max(1, math.ceil((database + share) / BUSY), math.floor(database / 0.95) + 1 + reserved)
        while (late := self._simulated(portals, cores, servers - reserved)) >= LATE:
            if web / portals / cores > database / (servers - reserved):
                portals += 1
            else:
                servers += 1
        return {
            "portals": portals, "database cores": servers, "busy portals": web / portals / cores,
            "busy database": (database + share) / servers, "p99": late * 1e3, "hashes": self.hashes, "load": self.load,
        }  # fmt: skip

    def _simulated(self, portals: int, cores: int, database: int) -> float:
        """The 99th percentile of requests that hash nothing, in seconds."""
        simulation = Simulation()
        web = [Cores(simulation, cores) for _ in range(portals)]
        simulation.places = {"nginx": web, "portal": web, "database": [Cores(simulation, database)]}
        for visit, rate in self.rates:
            # A page alone is as usual at once.
            simulation.after(0 if len(visit) > 1 else WARM_UP - 5, simulation.come, visit, rate)
        simulation.run(WARM_UP)
        simulation.forget()
        simulation.run(WARM_UP + max(LEAST, COUNTED / self.requests))
        return simulation.percentile(0.99)


def plan(asked: argparse.Namespace, visits: Visits, cost: LoadCost, report: Report) -> None:
    beside = f"a load of {asked.rows:,} rows" if asked.rows else "no load"
    report.heading(
        f"The busiest hour, with {asked.peak:.0%} of a day: portals of {asked.cores} cores, beside {beside};"
        f"\ncores at most {BUSY:.0%} busy, 99 pages of 100 within {LATE * 1e3:.0f} ms"
    )
    logins = asked.registrations if asked.logins is None else asked.logins
    columns = ["registrations", "logins", "portals", "busy", "database cores", "busy", "99th, ms", "hashes/s", "load, s"]
    print("  ".join(f"{name:>14}" for name in columns))
    found: dict[str, list[Values]] = {}
    for factor in (0.1, 1, 10):
        rate = asked.registrations * factor * asked.peak / 3600
        login_rate = logins * factor * asked.peak / 3600
        rates = [(visits.registration, rate), (visits.page, rate * asked.pages), (visits.login, login_rate)]
        day = Day(round(asked.registrations * factor), rates, asked.rows / cost.rows_per_second)
        needed = day.smallest(asked.cores)
        found[str(day.registrations)] = [needed | {"requests": day.requests}]
        row = [f"{day.registrations:,}", f"{logins * factor:,.0f}", f"{needed['portals']}", f"{needed['busy portals']:.0%}"]
        row += [f"{needed['database cores']}", f"{needed['busy database']:.0%}", f"{needed['p99']:.1f}"]
        print("  ".join(f"{text:>14}" for text in [*row, f"{needed['hashes']:.1f}", f"{needed['load']:.1f}"]), flush=True)
    report.rounds["days"] = found


def predicted_rate(visit: Visit, at_once: int, cores: int, others: float = 0, seconds: float = 60) -> float:
    """What so many at once come to on one machine, of whose cores others have had some."""
    slower = cores / (cores - min(others, 0.9 * cores))
    simulation = Simulation()
    here = [Cores(simulation, cores, slower=slower)]
    simulation.places = dict.fromkeys(["nginx", "portal", "database", "client"], here)
    for _ in range(at_once):
        simulation.walk(visit, again=True)
    simulation.run(10)
    simulation.forget()
    simulation.run(10 + seconds)
    return simulation.ended / seconds


def check(asked: argparse.Namespace, programs: Programs, prepared: Prepared, visits: Visits, report: Report) -> None:
    cores, visit = len(os.sched_getaffinity(0)), visits.without_a_pause()
    report.heading(f"{asked.at_once} who register as fast as they can, all on this machine's {cores} cores, for {asked.seconds} s")
    guess = predicted_rate(visit, asked.at_once, cores)
    rate, others = measured_rate(programs, prepared, asked.at_once, asked.seconds, guess)
    expected = predicted_rate(visit, asked.at_once, cores, others)
    report.rounds["check"] = {"all at once": [{"rate": rate, "expected": expected, "others": others}]}
    details = f"{rate:.1f} a second, {expected:.1f} expected; others had {others:.2f} cores"
    report.add("registrations a second, to those of the model", rate / expected, CHECK, details)


def tell(costs: Costs, cost: LoadCost, report: Report) -> None:
    report.heading("What one of each takes, CPU")
    report.add("a hash (Argon2id)", costs.hash * 1e3, unit=" ms")
    for title, names in [
        ("a registration", costs.registration), ("a login", ["GET /login", "POST /login", "GET /account"]),
        ("a page", ["a page"]), ("a captcha's picture", ["a picture"]),
    ]:  # fmt: skip
        parts = {name: costs.total(names, taker) * 1e3 for name, taker in [
            ("portal", "program"), ("MariaDB", "MariaDB"), ("nginx", "nginx"), ("who asks", "client"),
        ]}  # fmt: skip
        details = ", ".join(f"{name} {value:.2f}" for name, value in parts.items())
        report.add(title, sum(parts.values()) - parts["who asks"], None, details, " ms")
    report.add("a row of the master", cost.database + cost.loader, None,
               f"MariaDB {cost.database:.2f}, icegatectl {cost.loader:.2f}; {cost.rows_per_second:,.0f} rows a second", " µs")  # fmt: skip
    report.rounds["costs"] = costs.rounds


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--registrations", type=int, default=100_000)
    options.add_argument("--peak", type=float, default=0.15)
    options.add_argument("--pages", type=float, default=20)
    options.add_argument("--logins", type=int)
    options.add_argument("--rows", type=int, default=2_000_000)
    options.add_argument("--cores", type=int, default=2)
    options.add_argument("--at-once", type=int, default=8)
    options.add_argument("--seconds", type=int, default=20)
    asked = options.parse_args()
    if min(asked.registrations, asked.peak, asked.cores, asked.at_once, asked.seconds) <= 0 or asked.peak > 1:
        options.error("there is nothing to reckon with")
    # So that what was started is stopped.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    directory = Path(os.environ["BENCH_DIRECTORY"])
    programs = Programs(directory / "capacity", Path(os.environ["BUILT"]))
    report = Report()
    try:
        programs.start_database(*MARIADB)
        cost = load_cost(programs, MEASURED_ROWS)
        programs.start_portal()
        programs.start_nginx()
        prepared = Prepared(programs.keys, programs.load_rows, programs.directory)
        costs = Costs(programs, prepared)
        tell(costs, cost, report)
        visits = Visits(costs)
        plan(asked, visits, cost, report)
        check(asked, programs, prepared, visits, report)
        machine = {"processor": platform.processor() or platform.machine(), "cores": str(os.cpu_count())}
        report.write(directory, machine, "capacity")
    finally:
        programs.stop()
    if report.missed:
        sys.exit(1)


if __name__ == "__main__":
    main()
