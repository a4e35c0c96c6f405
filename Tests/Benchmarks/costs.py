"""The CPU that each request of a registration and a login, a page and a row of the master take, of whom."""

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import load
from comparison import Values
from prepared import Person, Prepared
from programs import CHECKOUT, Programs
from walks import Argon2id, Walk, cpu_of, login, registration

sys.path += [str(CHECKOUT / "Tests" / "ClusterTests")]

from addresses import DistantVisitor, fresh_address
from indexed_messages import IndexedMessages

PAGES = ["/", "/register", "/login", "/help", "/services", "/about"]


def with_passwords(prepared: Prepared, count: int) -> list[tuple[Person, str]]:
    """So many who can register."""
    people = prepared.people(count)
    prepared.add_to_master(people)
    return list(zip(people, prepared.temporary_passwords([(person.iec, person.gstin) for person in people])))


def new_visitor(programs: Programs) -> DistantVisitor:
    return DistantVisitor(programs.origin, fresh_address())


class Costs:
    """Seconds of CPU of each request, by its name and by who takes them; medians of some rounds, one request after the other."""

    def __init__(self, programs: Programs, prepared: Prepared, count: int = 20, rounds: int = 3):
        self._programs, self._prepared, self._count = programs, prepared, count
        self._messages = IndexedMessages(programs.messages)
        self._takers = programs.takers("portal") | {"client": [os.getpid()]}
        self.rounds: dict[str, list[Values]] = {}
        hashes = []
        for turn in range(rounds + 1):
            # The first ones find nothing prepared.
            if turn == 1:
                self.rounds.clear()
            self._round()
            hashes.append(Argon2id().cpu_seconds(count))
        self.hash = statistics.median(hashes)
        self.of = {
            name: {taker: statistics.median(each[taker] for each in found) for taker in self._takers}
            for name, found in self.rounds.items()
        }

    def total(self, names: list[str], taker: str) -> float:
        return sum(self.of[name][taker] for name in names)

    @property
    def registration(self) -> list[str]:
        return [name for name in self.of if "/register" in name]

    def _round(self) -> None:
        programs = self._programs
        visitors = [new_visitor(programs) for _ in range(self._count)]
        people = with_passwords(self._prepared, self._count)
        names = self._together(
            [registration(visitor, *each, programs.keys, self._messages) for visitor, each in zip(visitors, people)]
        )
        self._together([login(visitor, name) for visitor, name in zip(visitors, names)])
        self._note("GET /account", lambda: [visitor.get("/account") for visitor in visitors])
        self._note("a page", lambda: [each.get(path) for each in visitors for path in PAGES], len(PAGES))
        newcomers = [new_visitor(programs) for _ in visitors]
        tokens = [visitor.get("/register").form("/register").fields["captcha_token"] for visitor in newcomers]
        images = list(zip(newcomers, tokens))
        self._note("a picture", lambda: [visitor.get(f"/captcha/image?token={token}") for visitor, token in images])

    def _together(self, ways: list[Walk]) -> list[str]:
        """All of them, request for request; what came of each."""
        ended: list[str] = []

        def kept(way: Walk):
            ended.append((yield from way))

        steps = zip(*map(kept, ways), strict=True)
        while True:
            names: list[str] = []
            taken = self._taken(lambda: names.extend(next(steps, ())))
            if not names:
                return ended
            self.rounds.setdefault(names[0], []).append(taken)

    def _note(self, name: str, work: Callable[[], object], each: int = 1) -> None:
        self.rounds.setdefault(name, []).append(self._taken(work, each))

    def _taken(self, work: Callable[[], object], each: int = 1) -> Values:
        return cpu_of(self._takers, self._count * each, work)


@dataclass(frozen=True)
class LoadCost:
    """Of a load into an empty master."""

    rows_per_second: float
    # Microseconds for a row.
    database: float
    loader: float


def load_cost(programs: Programs, rows: int) -> LoadCost:
    file = programs.directory / "master.csv"
    with file.open("wb") as output:
        generator = CHECKOUT / "sql" / "sample" / "generate-master.py"
        subprocess.run([sys.executable, generator, "--rows", str(rows)], stdout=output, check=True)
    database = [programs.database_process]
    before, children = load.cpu_seconds(database), resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.monotonic()
    programs.ctl("master", "load", str(file), "--mode=full")
    seconds, after = time.monotonic() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    loader = after.ru_utime + after.ru_stime - children.ru_utime - children.ru_stime
    file.unlink()
    return LoadCost(rows / seconds, (load.cpu_seconds(database) - before) / rows * 1e6, loader / rows * 1e6)
