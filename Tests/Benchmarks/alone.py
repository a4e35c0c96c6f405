"""The portal by itself, each measure beside a limit."""

import os
import random
import secrets
import socket
import statistics
import struct
import sys
import threading
import time
from pathlib import Path

import load
from comparison import Limit, Report, in_turn, span
from prepared import Prepared
from programs import CHECKOUT, THREADS, Programs
from walks import PASSWORD, Argon2id, cpu_of, login, registration, walk

sys.path += [str(CHECKOUT / "Tests" / "DeliveryTests")]

import fastcgi
from addresses import fresh_address
from messages import Messages
from visitor import Visitor

IDLE_CONNECTIONS = 1_000
LOGINS = 200


def memory(process: int, what: str = "VmRSS") -> float:
    """MiB."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(what + ":"))


class Alone:
    def __init__(self, programs: Programs, prepared: Prepared, report: Report, seconds: int):
        self._programs = programs
        self._prepared = prepared
        self._report = report
        self._seconds = seconds
        self._argon2id = Argon2id()
        self._messages = Messages(programs.messages)

    def run(self) -> None:
        self._report.heading("The portal by itself")
        self._assets()
        self._captcha()
        self._registration()
        self._start()
        self._memory_and_stop()
        self._logins()

    def _load(self, path: str, connections: int, session: str = "", address: str = "", expected=frozenset({200})) -> load.Measured:
        programs = self._programs
        return load.run(
            address or programs.address("portal", path), connections, self._seconds, programs.log,
            programs.takers("portal"), expected=expected, session=session,
        )  # fmt: skip

    def _assets(self) -> None:
        path = "/assets/css/portal.css"
        addresses = {"portal": "", "bare": self._programs.address("bare", path)}
        found = in_turn(list(addresses), 3, lambda name: self._load(path, 32, address=addresses[name]).values())
        self._report.rounds["asset"] = found
        self._report.add_ratio("an asset, requests a second, to nginx alone", "asset", "rate", "portal", "bare", Limit(0.9, least=True))

    def _captcha(self) -> None:
        session = secrets.token_hex(32)
        path = f"/captcha/image?token={self._programs.keys.captcha_token(session)}"
        found = self._load(path, 32, session=session)
        self._report.add(
            "a captcha's image, CPU of the portal", found.cpu["program"] / 1e3, unit=" ms",
            details=f"{found.rate:,.0f} images a second",
        )  # fmt: skip

    def _registration(self, count: int = 20, rounds: int = 3) -> None:
        """From the first page to the last, one after the other; beside them hashes, since clocks of processors move."""
        programs = self._programs
        takers = programs.takers("portal")
        del takers["nginx"]
        walked, hashed, logged_in = [], [], []
        waits: list[float] = []
        for _ in range(rounds):
            people = self._prepared.people(count)
            self._prepared.add_to_master(people)
            passwords = self._prepared.temporary_passwords([(person.iec, person.gstin) for person in people])
            ways = [
                registration(Visitor(programs.origin), *each, programs.keys, self._messages) for each in zip(people, passwords)
            ]
            names: list[str] = []
            walked.append(cpu_of(takers, count, lambda: names.extend(map(walk, ways))))
            hashed.append(self._argon2id.cpu_seconds(count) * 1e3)
            logged_in.append(cpu_of(takers, count, lambda: waits.extend(map(self._log_in, names))))
        for name, taken, limit in [("a whole registration", walked, Limit(1.25)), ("a login", logged_in, None)]:
            ratio = statistics.median(sum(one.values()) * 1e3 / other for one, other in zip(taken, hashed))
            portal, database = ([each[of] * 1e3 for each in taken] for of in ("program", "MariaDB"))
            details = f"{span(portal, 1)} and {span(database, 1)} ms; a hash {span(hashed, 1)} ms"
            self._report.add(f"{name}, CPU of portal and MariaDB, to one hash", ratio, limit, details)
        self._report.add("a login, as its holder waits for it", statistics.median(waits) * 1e3, unit=" ms")

    def _log_in(self, name: str) -> float:
        """Seconds until the answer."""
        steps = login(Visitor(self._programs.origin), name)
        next(steps)
        started = time.monotonic()
        next(steps)
        return time.monotonic() - started

    def _start(self) -> None:
        """Until the first page: configuration, templates and keys read, the schema looked at."""
        times = []
        for _ in range(7):
            self._programs.stop_program("portal")
            started = time.monotonic()
            self._programs.start_portal()
            assert self._get().startswith(b"Status: 200")
            times.append((time.monotonic() - started) * 1e3)
        self._report.add("from the start to the first page", statistics.median(times), Limit(150), span(times), " ms")

    def _get(self) -> bytes:
        return fastcgi.get(self._programs.socket("portal"), "/register")

    def _memory_and_stop(self) -> None:
        """The portal is at rest when this begins, and has ended when it ends."""
        process = self._programs.processes("portal")[0]
        for _ in range(10 * THREADS):
            self._get()
        time.sleep(1)
        self._rest = memory(process)
        own = f"{memory(process, 'RssAnon'):.1f} of its own"
        self._report.add(f"resident memory at rest, {THREADS} threads", self._rest, Limit(32), own, " MiB")
        usual = self._load("/register", 16)
        idle = [self._idle_connection() for _ in range(IDLE_CONNECTIONS)]
        time.sleep(0.5)
        beside = self._load("/register", 16)
        self._report.add(
            f"a page beside {IDLE_CONNECTIONS} idle kept connections, 99th percentile", beside.p99 / usual.p99, Limit(1.5),
            f"{usual.p99:.1f} and {beside.p99:.1f} ms; medians {usual.median:.2f} and {beside.median:.2f} ms",
        )  # fmt: skip
        ended = self._programs.stop_program("portal")
        self._report.add(f"the end, with {IDLE_CONNECTIONS} idle kept connections", ended, Limit(1), unit=" s")
        for connection in idle:
            connection.close()
        self._programs.start_portal()

    def _idle_connection(self) -> socket.socket:
        """One that has had an answer and may be used on."""
        parameters = {"REQUEST_METHOD": "GET", "REQUEST_URI": "/healthz", "QUERY_STRING": "", "SERVER_PROTOCOL": "HTTP/1.1"}
        parameters |= {"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "127.0.0.1"}
        pairs = b"".join(bytes([len(name), len(value)]) + (name + value).encode() for name, value in parameters.items())
        begin = struct.pack(">HB5x", 1, 1)
        records = [(fastcgi.BEGIN, begin), (fastcgi.PARAMETERS, pairs), (fastcgi.PARAMETERS, b""), (fastcgi.INPUT, b"")]
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(10)
        connection.connect(str(self._programs.socket("portal")))
        connection.sendall(b"".join(struct.pack(">BBHHxx", 1, kind, 1, len(body)) + body for kind, body in records))
        stream = connection.makefile("rb")
        kind = None
        while kind != fastcgi.END:
            _, kind, _, length, padding = struct.unpack(">BBHHBx", stream.read(8))
            stream.read(length + padding)
        return connection

    def _logins(self) -> None:
        """People who come at once, and again when they are told that the service is busy."""
        names = self._prepared.accounts(LOGINS, self._argon2id.hash())
        process = self._programs.processes("portal")[0]
        # Enough before that most likely each thread had some: what is measured is what a hash takes, and not what first logins
        # leave behind.
        for name in names[: 4 * THREADS]:
            assert self._attempt(name)
        usual = [self._load("/register", 4) for _ in range(3)]
        rest = memory(process)
        Path(f"/proc/{process}/clear_refs").write_text("5")
        left, refused = threading.Semaphore(0), []
        start = threading.Barrier(LOGINS + 1)

        def come(name: str) -> None:
            # They stand for other machines: what they do takes no core from a page.
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 19)
            start.wait()
            while not self._attempt(name):
                refused.append(name)
                time.sleep(random.uniform(0.2, 1))
            left.release()

        for name in names:
            threading.Thread(target=come, args=(name,), daemon=True).start()
        started = time.monotonic()
        start.wait()
        beside = self._load("/register", 4, expected=frozenset({200, 303, 503}))
        for _ in names:
            assert left.acquire(timeout=120), "somebody cannot log in"
        took = time.monotonic() - started
        p99 = statistics.median(each.p99 for each in usual)
        self._report.add(
            f"a page while {LOGINS} log in, 99th percentile, to the usual", beside.p99 / p99, Limit(2),
            f"{p99:.1f} and {beside.p99:.1f} ms; all were in after {took:.1f} s and {len(refused)} refusals",
        )  # fmt: skip
        # As the portal has it where it is not told (HASH_CONCURRENCY).
        concurrency = max(1, len(os.sched_getaffinity(0)) - 1)
        self._report.add(
            "resident memory for each hash in flight", (memory(process, "VmHWM") - rest) / concurrency, Limit(21),
            f"at most {memory(process, 'VmHWM'):.1f} MiB, before {rest:.1f}; {concurrency} at a time", " MiB",
        )  # fmt: skip

    def _attempt(self, name: str) -> bool:
        """Whether a login was taken; it is told to come back otherwise."""
        session = secrets.token_hex(32)
        keys = self._programs.keys
        captcha = keys.captcha_token(session)
        fields = {"form_token": keys.form_token(session, "/login"), "icegate_id": name, "password": PASSWORD}
        # Who was told so three times is asked for it.
        fields |= {"captcha_token": captcha, "captcha": keys.captcha(captcha, session)}
        status, _ = self._programs.ask("/login", session, fields, fresh_address())
        assert status in (303, 503), status
        return status == 303
