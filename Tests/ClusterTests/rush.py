"""Many who register at the same time, while parts of the cluster fail; what each was told, and when."""

import bisect
import collections
import http.client
import json
import secrets
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

from addresses import seen_from_afar
from cluster import NODES, Cluster
from sample_master import Registrant
from visitor import Answer, Visitor

DONE = "/register/done"


@dataclass
class Client:
    """A registrant and the browser. One who is patient tries again; another one leaves when something fails."""

    rush: "Rush"
    registrant: Registrant
    is_patient: bool
    icegate_id: str = field(default_factory=lambda: f"RUSH-{secrets.token_hex(8).upper()}")
    password: str = field(default_factory=lambda: f"Quiet-Harbour-{secrets.randbelow(10**6):06}")
    at: str = "/register"
    was_told: bool = False
    has_left: bool = False
    repeats: int = 0

    def __post_init__(self):
        self.visitor: Visitor = seen_from_afar(self.rush.cluster.portal).visitor()

    def register(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not self.was_told and not self.has_left and time.monotonic() < deadline:
            if not self._step():
                self.repeats += 1
                self.has_left = not self.is_patient
                time.sleep(0.3)

    def _step(self) -> bool:
        """The page where the registration stands, and its form; whether both were answered."""
        path = "/register/finish" if self.at == "/register/verified" else self.at
        page = self.rush.ask(lambda: self.visitor.get(path))
        if page is None:
            return False
        if path == DONE and page.status == 200:
            self.was_told = True
            return True
        if page.status != 200:
            return self._goes_on(page)
        try:
            form = page.form(path).fields
        except AssertionError:
            return self._is_odd(page)
        typed = self._typed(path)
        if typed is None:
            return False
        answer = self.rush.ask(lambda: self.visitor.post(path, form | typed), is_form=True)
        if answer is None:
            return False
        if answer.status == 303 and answer.location == DONE:
            self.was_told = True
        return self._goes_on(answer)

    def _goes_on(self, answer: Answer) -> bool:
        if answer.status != 303:
            return self._is_odd(answer)
        if answer.location == self.at:
            return self._is_odd(answer)
        self.at = answer.location
        return True

    def _is_odd(self, answer: Answer) -> bool:
        """An answer that nobody expects who does one step after the other."""
        self.rush.note_odd(f"{answer.path}: {answer.status} {answer.location}")
        self.at = "/register/done" if self.at != "/register" else "/register"
        return False

    def _typed(self, path: str) -> dict[str, str] | None:
        registrant = self.registrant
        match path:
            case "/register":
                pair = {"iec": registrant.iec, "gstin": registrant.gstin}
                return pair | {"password": registrant.temporary_password, "captcha": "TEST42"}
            case "/register/account":
                chosen = {"new_password": self.password, "confirm_password": self.password}
                return {"icegate_id": self.icegate_id} | chosen
            case "/register/otp":
                return self._codes()
            case _:
                return {}

    def _codes(self) -> dict[str, str] | None:
        try:
            mobile, email = self.rush.cluster.portal.messages.one_time_passwords(self.registrant, seconds=10)
        except AssertionError:
            return None
        return {"mobile_otp": mobile, "email_otp": email}

    # Afterwards

    def carry_on(self) -> str:
        """In another browser, with the OTPs where there are some: how it came to its end."""
        self.has_left, self.is_patient = False, True
        visitor = self.visitor = seen_from_afar(self.rush.cluster.portal).visitor()
        accounts, step = self.rush.stored(self)
        if accounts:
            self.was_told = True
            return "it was done"
        how = "from the start"
        self.at = "/register"
        if step in ("otp_sent", "verified") and (codes := self._codes()):
            registrant = self.registrant
            fields = {"iec": registrant.iec, "gstin": registrant.gstin, "captcha": "TEST42"} | codes
            answer = visitor.submit(visitor.get("/resume"), "/resume", **fields)
            if answer.status == 303:
                how, self.at = "with its OTPs", answer.location
            else:
                how = f"from the start, at {step} and refused with its OTPs ({answer.status})"
        self.register(90)
        assert self.was_told, f"{self.registrant.iec} does not come to its end from {self.at}: {how}"
        return how

    def log_in(self) -> None:
        visitor = self.rush.cluster.portal.visitor()
        fields = {"icegate_id": self.icegate_id, "password": self.password, "captcha": "TEST42"}
        answer = visitor.submit(visitor.get("/login"), "/login", **fields)
        assert (answer.status, answer.location) == (303, "/account"), f"{answer.status} {answer.location}"


class Rush:
    """`count` registrations from so many clients, which begin at once."""

    def __init__(self, cluster: Cluster, count: int, clients: int = 50):
        self.cluster = cluster
        registrants = cluster.registrants(count)
        self.clients = [Client(self, one, number % 2 == 0) for number, one in enumerate(registrants)]
        self.statuses: collections.Counter[int] = collections.Counter()
        self.odd: collections.Counter[str] = collections.Counter()
        self.answers: list[tuple[float, float, int, bool]] = []
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(clients)
        self.started = time.monotonic()
        self._runs = [self._pool.submit(client.register, 240) for client in self.clients]

    def ask(self, request, is_form: bool = False) -> Answer | None:
        """`None` for what is no answer to what was asked: an error, or nobody there."""
        began = time.monotonic()
        try:
            answer = request()
        except (OSError, http.client.HTTPException):
            answer = None
        status = answer.status if answer else 0
        with self._lock:
            self.statuses[status] += 1
            self.answers.append((time.monotonic(), time.monotonic() - began, status, is_form))
        return None if status == 0 or status >= 500 else answer

    def note_odd(self, what: str) -> None:
        with self._lock:
            self.odd[what] += 1

    def share(self) -> float:
        """Of the registrations, how many have come to an end or were left."""
        return sum(client.was_told or client.has_left for client in self.clients) / len(self.clients)

    def wait_for(self, share: float, seconds: float = 240) -> None:
        """Until so many have come to an end, or the time is over: where nobody can get on, that is what a drill waits for."""
        deadline = time.monotonic() + seconds
        while self.share() < share and time.monotonic() < deadline:
            time.sleep(0.05)

    def end(self) -> None:
        self._pool.shutdown()
        for run in self._runs:
            run.result()
        self.ended = time.monotonic()

    def stored(self, client: Client) -> tuple[int, str | None]:
        """Accounts of the pair, and the step of the registration that lives."""
        where = f"iec = '{client.registrant.iec}' AND gstin = '{client.registrant.gstin}'"
        accounts = f"SELECT COUNT(*) FROM accounts WHERE {where}"
        step = f"SELECT step FROM registrations WHERE {where} AND live = 1"
        [row] = self.cluster.rows(NODES[0], f"SET wsrep_sync_wait = 1; SELECT ({accounts}), IFNULL(({step}), '')")
        return int(row[0]), row[1] or None

    def silence(self) -> float:
        """The longest time from somebody's sending of a form until anybody was led on to the next page."""
        good = sorted(ended for ended, _, status, _ in self.answers if status == 303)
        sent = (ended - took for ended, took, _, is_form in self.answers if is_form)
        return max((good[place] if (place := bisect.bisect(good, began)) < len(good) else self.ended) - began for began in sent)

    def judge(self) -> dict:
        """What became of all: whoever left carries on; then each is there once, on every server, and the servers are equal."""
        told = [client for client in self.clients if client.was_told]
        lost = [client for client in told if self.stored(client)[0] != 1]
        undone = [client for client in self.clients if not client.was_told]
        with ThreadPoolExecutor(8) as pool:
            ways = collections.Counter(pool.map(Client.carry_on, undone))
        report = {
            "registrations": len(self.clients),
            "finished": len(told),
            "carried on": dict(ways),
            "repeated": sum(client.repeats for client in self.clients),
            "lost": len(lost),
            "doubled": self.doubled(),
            "statuses": {str(status): count for status, count in sorted(self.statuses.items())},
            "odd": dict(self.odd.most_common(8)),
            "seconds": round(self.ended - self.started, 1),
            "silence": round(self.silence(), 2),
            "longest answer": round(max(took for _, took, status, _ in self.answers if status), 2),
        }
        print(json.dumps(report))
        assert lost == []
        assert report["doubled"] == 0
        for client in (undone + told)[:20]:
            client.log_in()
        return report

    def doubled(self) -> int:
        """Pairs of this rush with anything other than one account of one registration that was finished, on any server."""
        wrong = set()
        ours = {(client.registrant.iec, client.registrant.gstin) for client in self.clients}
        for number in NODES:
            for table, condition in [("accounts", "TRUE"), ("registrations", "step = 'finished'")]:
                rows = self.cluster.rows(
                    number,
                    f"SET wsrep_sync_wait = 1; SELECT iec, gstin, COUNT(*) FROM {table} WHERE {condition} GROUP BY iec, gstin",
                )
                counts = {(iec, gstin): int(count) for iec, gstin, count in rows}
                wrong |= {pair for pair in ours if counts.get(pair) != 1}
        return len(wrong)


@contextmanager
def rush(cluster: Cluster, count: int, also: frozenset[int] = frozenset(), silence: float = 1) -> Iterator[Rush]:
    """A rush of which a fifth is over when the body begins; judged when all have come to an end.

    `also` are the statuses that were meant beside 200 and 303; for longer than `silence`, in seconds, nobody may have been led on.
    """
    crowd = Rush(cluster, count)
    try:
        crowd.wait_for(0.2)
        yield crowd
    finally:
        crowd.end()
    cluster.become_whole()
    cluster.end_leases(1)
    crowd.report = crowd.judge()
    assert crowd.statuses.keys() <= {200, 303} | also
    assert not crowd.odd
    assert crowd.report["silence"] < silence
