"""Mixed load for a long time: what the portal holds at the end beside what it held in the beginning.

Visitors are connections to nginx, each from an address of its own and gone after some hundred requests. They open pages and
pictures, post forms that are right, wrong and forged, and a few register whole and log in. BENCH_DIRECTORY is a set-up of
its own, which script/server starts here.
"""

import argparse
import multiprocessing
import os
import random
import re
import selectors
import socket
import sys
import threading
import time
import urllib.parse
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from release_set_up import CAPTCHA, CHECKOUT, ReleaseSetUp

sys.path += [str(CHECKOUT / "Tests" / "SecurityTests")]

from addresses import fresh_address, seen_from_afar
from form_posts import DONE, FormPosts
from processes import descriptors, resident_kibibytes

PROCESSES, CONNECTIONS = 2, 16
# nginx closes a connection after a thousand.
REQUESTS_OF_A_VISITOR = 900
FIRST = 100_000
GROWTH = 1.10
# A statement is prepared, and kept, by each connection to the database that meets it: so many registrations let nearly every
# one of them meet all.
THREADS, FIRST_REGISTRATIONS, REGISTRANTS_AT_ONCE = 16, 160, 8
# What the portal may say when it has enough to do.
MEANT = {429, 503}

COOKIE = re.compile(rb"^set-cookie: ([^;\r]*)", re.IGNORECASE | re.MULTILINE)
LENGTH = re.compile(rb"^content-length: (\d+)", re.IGNORECASE | re.MULTILINE)
FORM = re.compile(rb'action="/register"[^>]*>.*?name="form_token" value="([0-9a-f]+)"', re.DOTALL)
CAPTCHA_TOKEN = re.compile(rb'name="captcha_token" value="([0-9a-f]+)"')

PAGES = [
    "/", "/register", "/login", "/resume", "/temporary-password", "/forgot-password", "/about", "/help", "/services",
    "/search?q=otp", "/public-enquiries/gstin", "/feedback", "/?lang=hi", "/register?lang=hi", "/sitemap",
]  # fmt: skip
# Of a thousand requests.
MIX = {
    "page": 780, "asset": 60, "wrong captcha": 60, "unknown pair": 40, "image": 30, "forged": 15, "nothing": 13,
    "sound": 2,
}  # fmt: skip


class Visitor:
    """One connection, and what the visitor knows of the form on its screen."""

    def __init__(self, target: tuple[str, int], draw: random.Random):
        self._host = f"{target[0]}:{target[1]}"
        self._draw = draw
        self._cookies: dict[bytes, bytes] = {}
        self._form = self._captcha = b""
        self.left = REQUESTS_OF_A_VISITOR
        self.connection = socket.create_connection(target, timeout=60, source_address=(fresh_address(), 0))
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._received = b""

    def send(self) -> None:
        self.left -= 1
        self.connection.sendall(self._request())

    def receive(self) -> int | None:
        """The status, once the answer is whole."""
        data = self.connection.recv(262_144)
        if not data:
            raise ConnectionResetError("nginx closed the connection within an answer")
        self._received += data
        head, mark, body = self._received.partition(b"\r\n\r\n")
        length = LENGTH.search(head) if mark else None
        if not mark or len(body) < int(length[1] if length else b"0"):
            return None
        assert length, head
        self._received = b""
        for pair in COOKIE.findall(head):
            name, _, value = pair.partition(b"=")
            self._cookies[name] = value
        # Searched for on its own pages alone: it costs this side more than a page costs the portal.
        if self._wants_form and (form := FORM.search(body)) and (token := CAPTCHA_TOKEN.search(body)):
            self._form, self._captcha = form[1], token[1]
        return int(head[9:12])

    def _request(self) -> bytes:
        kind = self._draw.choices(list(MIX), MIX.values())[0] if self._form else "form"
        self._wants_form = kind in ("form", "wrong captcha", "unknown pair")
        match kind:
            case "form":
                return self._get("/register")
            case "page":
                return self._get(self._draw.choice(PAGES))
            case "asset":
                return self._get("/assets/css/portal.css")
            case "image" | "sound":
                return self._get(f"/captcha/{kind}?token={self._captcha.decode()}")
            case "nothing":
                return self._get(f"/nothing-{self._draw.randrange(10**6)}")
            case "wrong captcha":
                return self._post(self._form, "ABCDEF")
            case "unknown pair":
                return self._post(self._form, CAPTCHA)
            case _:
                return self._post(b"00" * 32, CAPTCHA)

    def _get(self, path: str) -> bytes:
        return self._message(f"GET {path}", b"")

    def _post(self, form_token: bytes, captcha: str) -> bytes:
        fields = {"form_token": form_token, "captcha_token": self._captcha, "captcha": captcha, "gstin": "27AAPFU0939F1ZV"}
        fields |= {"iec": f"{self._draw.randrange(10**10):010}", "password": "0000-0000-00000"}
        return self._message("POST /register", urllib.parse.urlencode(fields).encode())

    def _message(self, line: str, body: bytes) -> bytes:
        head = f"{line} HTTP/1.1\r\nHost: {self._host}\r\n"
        if body:
            head += f"Origin: http://{self._host}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            head += f"Content-Length: {len(body)}\r\n"
        cookies = b"; ".join(name + b"=" + value for name, value in self._cookies.items())
        return head.encode() + (b"Cookie: " + cookies + b"\r\n" if cookies else b"") + b"\r\n" + body


def visit(target: tuple[str, int], count: int, seed: int, report) -> None:
    """So many requests over some connections at once; their statuses go to `report`."""
    draw = random.Random(seed)
    statuses: Counter = Counter()
    selector = selectors.DefaultSelector()
    left = count

    def come() -> None:
        nonlocal left
        visitor = Visitor(target, draw)
        selector.register(visitor.connection, selectors.EVENT_READ, visitor)
        left -= 1
        visitor.send()

    for _ in range(CONNECTIONS):
        come()
    while selector.get_map():
        for key, _ in selector.select(timeout=60) or [(None, None)]:
            assert key, "no answer for a minute"
            visitor = key.data
            status = visitor.receive()
            if status is None:
                continue
            statuses[status] += 1
            if left > 0 and visitor.left > 0:
                left -= 1
                visitor.send()
            else:
                selector.unregister(visitor.connection)
                visitor.connection.close()
                if left > 0:
                    come()
    report.put(statuses)


def load(portal, count: int) -> Counter:
    target = urllib.parse.urlsplit(portal.address)
    report: multiprocessing.Queue = multiprocessing.Queue()
    share = count // PROCESSES
    arguments = [((target.hostname, target.port), share, number, report) for number in range(PROCESSES)]
    processes = [multiprocessing.Process(target=visit, args=each, daemon=True) for each in arguments]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
        assert process.exitcode == 0
    return sum((report.get() for _ in processes), Counter())


def register(portal, until: threading.Event, done: list[str], pause: float, count: int = 10**9) -> None:
    """Registers one after the other, and logs in."""
    for _ in range(count):
        if until.wait(pause):
            return
        posts = FormPosts(seen_from_afar(portal))
        assert posts.walk_to(DONE).status == 200
        posts.log_in()
        assert posts.visitor.get("/account").status == 200
        done.append(posts.icegate_id)


def resident(process: int) -> int:
    """The least of some samples, in KiB: a password hash takes 19 MiB for as long as it lasts."""
    samples = []
    for _ in range(30):
        samples.append(resident_kibibytes(process))
        time.sleep(0.1)
    return min(samples)


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--requests", type=int, default=10_000_000)
    asked = options.parse_args()
    set_up = ReleaseSetUp(Path(os.environ["BENCH_DIRECTORY"]), threads=THREADS)
    try:
        set_up.start()
        process = int((set_up.directory / "portal.pid").read_text().split()[0])
        until, done = threading.Event(), []
        count = FIRST_REGISTRATIONS // REGISTRANTS_AT_ONCE
        with ThreadPoolExecutor(REGISTRANTS_AT_ONCE) as first:
            tasks = [first.submit(register, set_up.portal, until, done, 0, count) for _ in range(REGISTRANTS_AT_ONCE)]
            statuses = load(set_up.portal, FIRST)
        for task in tasks:
            task.result()
        before = resident(process), descriptors(process)
        # The sample master's registrants are to last for the whole time.
        registering = threading.Thread(target=register, args=(set_up.portal, until, done, 10), daemon=True)
        registering.start()
        started = time.monotonic()
        statuses += load(set_up.portal, max(0, asked.requests - FIRST))
        seconds = time.monotonic() - started
        until.set()
        registering.join(timeout=60)
        assert not registering.is_alive() and len(done) > FIRST_REGISTRATIONS, "nobody registers any more"
        after = resident(process), descriptors(process)
        grown, rate = after[0] / before[0], (asked.requests - FIRST) / seconds
        print(f"{asked.requests:,} requests, {rate:,.0f} a second; {len(done)} registrations and logins beside them")
        print(f"statuses: {dict(sorted(statuses.items()))}")
        print(f"{'resident memory, to that after 100,000 requests':<52} {grown:>10.3f}   at most {GROWTH:.2f}  "
              f"({before[0]:,} and {after[0]:,} KiB)")  # fmt: skip
        print(f"{'file descriptors, to those after 100,000 requests':<52} {after[1] - before[1]:>+10}   none more")
        faults = {status for status in statuses if status >= 500} - MEANT
        if grown > GROWTH or after[1] > before[1] or faults:
            sys.exit(1)
    finally:
        set_up.stop()


if __name__ == "__main__":
    main()
