"""What somebody does in the portal, request by request, and the CPU that it takes of whom."""

import ctypes
import ctypes.util
import secrets
import time
from collections.abc import Callable, Generator

import load
from derived import Keys
from prepared import Person
from release_set_up import Messages

from visitor import Answer, Visitor

PASSWORD = "Quiet-Harbour-000001"
# m and t of Sources/Sodium/PasswordHash.swift.
ARGON2_BYTES, ARGON2_PASSES = 19_456 * 1024, 2

# The name of each request, once it was answered; in the end what came of it.
Walk = Generator[str, None, str]


class Argon2id:
    """What one hash of the portal's cost takes on this machine, in this run."""

    def __init__(self) -> None:
        self._sodium = ctypes.CDLL(ctypes.util.find_library("sodium"))
        assert self._sodium.sodium_init() >= 0

    def hash(self) -> str:
        text = ctypes.create_string_buffer(128)
        password = PASSWORD.encode()
        done = self._sodium.crypto_pwhash_str(
            text, password, ctypes.c_ulonglong(len(password)), ctypes.c_ulonglong(ARGON2_PASSES), ctypes.c_size_t(ARGON2_BYTES)
        )
        assert done == 0
        return text.value.decode()

    def cpu_seconds(self, count: int) -> float:
        """Of one, by so many."""
        started = time.process_time()
        for _ in range(count):
            self.hash()
        return (time.process_time() - started) / count


def registration(visitor: Visitor, person: Person, password: str, keys: Keys, messages: Messages) -> Walk:
    """From the first page to the last; ends in the ICEGATE ID."""
    page = visitor.get("/register")
    yield "GET /register"
    session = dict(visitor.cookies)["icegate_session"]
    answer = keys.captcha(page.form("/register").fields["captcha_token"], session)
    typed = {"iec": person.iec, "gstin": person.gstin, "password": password}
    _next(visitor.submit(page, "/register", captcha=answer, **typed), "/register/account")
    yield "POST /register"
    name = f"TRADER-{secrets.token_hex(6).upper()}"
    page = visitor.get("/register/account")
    yield "GET /register/account"
    chosen = {"icegate_id": name, "new_password": PASSWORD, "confirm_password": PASSWORD}
    _next(visitor.submit(page, "/register/account", **chosen), "/register/otp")
    yield "POST /register/account"
    mobile, email = (messages.one_time_password(to) for to in (person.mobile, person.email))
    page = visitor.get("/register/otp")
    yield "GET /register/otp"
    _next(visitor.submit(page, "/register/otp", mobile_otp=mobile, email_otp=email), "/register/verified")
    yield "POST /register/otp"
    assert visitor.get("/register/verified").status == 200
    yield "GET /register/verified"
    page = visitor.get("/register/finish")
    yield "GET /register/finish"
    _next(visitor.submit(page, "/register/finish"), "/register/done")
    yield "POST /register/finish"
    assert visitor.get("/register/done").status == 200
    yield "GET /register/done"
    return name


def login(visitor: Visitor, name: str) -> Walk:
    page = visitor.get("/login")
    yield "GET /login"
    _next(visitor.submit(page, "/login", icegate_id=name, password=PASSWORD), "/account")
    yield "POST /login"
    return name


def _next(answer: Answer, path: str) -> None:
    assert (answer.status, answer.location) == (303, path), f"{answer.path}: {answer.status} {answer.location}"


def walk(way: Walk) -> str:
    """The whole of it; what came of it."""
    while True:
        try:
            next(way)
        except StopIteration as end:
            return end.value


def cpu_of(takers: dict[str, list[int]], count: int, work: Callable[[], object]) -> dict[str, float]:
    """Seconds that each of the takers had for one of so many."""
    before = {name: load.cpu_seconds(processes) for name, processes in takers.items()}
    work()
    # What the couriers have to do for them is theirs too.
    time.sleep(0.3)
    return {name: (load.cpu_seconds(processes) - before[name]) / count for name, processes in takers.items()}
