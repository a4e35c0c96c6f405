"""People who are about to register, straight into the tables, and the requests that each of them sends once."""

import secrets
import urllib.parse
from collections.abc import Callable, Iterator
from pathlib import Path

from derived import Keys, gstin, session_hash

# Coprime to 10^10: numbers in a row make IECs all over the index, each once.
SPREAD = 6_180_339_887
BROWSER = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36"
)
# One of so many at step 1 has a wrong temporary password.
WRONG = 4
LONG_AGO, FAR_AWAY = "2026-01-01", "2099-01-01"

Load = Callable[[str, str, Path], None]
# The cookie's value, and the fields of the form or of the query.
Request = tuple[str, dict[str, str]]
Pair = tuple[str, str]


class Person:
    def __init__(self, number: int):
        self.number = number
        self.iec = f"{number * SPREAD % 10**10:010}"
        self.gstin = gstin(number)
        self.mobile = str(6_000_000_000 + number)
        self.email = f"bench{number}@example.com"
        self.icegate_id = f"BENCH{number}"

    def row(self, *names: str, **more: object) -> dict[str, object]:
        return {name: getattr(self, name) for name in names} | more

    @property
    def master_row(self) -> dict[str, object]:
        statuses = {"iec_status": "valid", "gstin_status": "ACT", "load_id": 1, "is_removed": 0}
        return self.row("iec", "gstin", "email", "mobile", legal_name=f"Prepared Traders {self.number}", **statuses)

    @property
    def registration_row(self) -> dict[str, object]:
        row = self.row("iec", "gstin", "email", "mobile", "icegate_id", legal_name=f"Prepared Traders {self.number}")
        return row | {"id": self.number, "started_at": LONG_AGO, "expires_at": FAR_AWAY}


class Prepared:
    """`load` fills columns of a table from a file. What is made never repeats."""

    def __init__(self, keys: Keys, load: Load, directory: Path):
        self._keys = keys
        self._load = load
        self._directory = directory
        self._next = 200_000_000

    def people(self, count: int) -> list[Person]:
        """So many more, who are in no table."""
        first, self._next = self._next, self._next + count
        return [Person(number) for number in range(first, first + count)]

    def add_to_master(self, people: list[Person]) -> None:
        self._rows("master_versions", (person.master_row for person in people))

    def step_1(self, count: int) -> Iterator[Request]:
        """Of so many who are in the master."""
        people = self.people(count)
        self.add_to_master(people)
        return self.step_1_of([(person.iec, person.gstin) for person in people])

    def step_1_of(self, pairs: list[Pair]) -> Iterator[Request]:
        passwords = self.temporary_passwords(pairs)
        for turn, ((iec, gstin), password) in enumerate(zip(pairs, passwords)):
            session = secrets.token_hex(32)
            token = self._keys.captcha_token(session)
            if turn % WRONG == WRONG - 1:
                password = password[:-1] + ("0" if password[-1] != "0" else "1")
            yield session, {
                "form_token": self._keys.form_token(session, "/register"),
                "iec": iec, "gstin": gstin, "password": password, "captcha_token": token,
                "captcha": self._keys.captcha(token, session),
            }  # fmt: skip

    def temporary_passwords(self, pairs: list[Pair]) -> list[str]:
        nonces = [secrets.token_bytes(16) for _ in pairs]
        rows = (
            {"iec": iec, "gstin": gstin, "nonce": nonce, "key_id": self._keys.id, "issued_at": LONG_AGO, "expires_at": FAR_AWAY}
            for (iec, gstin), nonce in zip(pairs, nonces)
        )
        self._rows("temporary_passwords", rows)
        return [self._keys.temporary_password(*pair, nonce) for pair, nonce in zip(pairs, nonces)]

    def one_time_passwords(self, count: int) -> Iterator[Request]:
        """Of so many registrations that stand at the page of the OTPs."""
        people = self.people(count)
        sessions = [secrets.token_hex(32) for _ in people]
        nonces = [secrets.token_bytes(16) for _ in people]
        self._rows("registrations", (person.registration_row | {"step": "otp_sent", "password_hash": "-"} for person in people))
        self._rows(
            "icegate_ids",
            (person.row("icegate_id", registration_id=person.number, reserved_until=FAR_AWAY) for person in people),
        )
        pair = {"purpose": "registration", "key_id": self._keys.id, "generated_at": LONG_AGO, "expires_at": FAR_AWAY}
        pair |= {"tries_allowed": 5, "sends_allowed": 5, "sends": 1, "last_sent_at": LONG_AGO}
        self._rows(
            "otp_pairs",
            (
                person.row("email", "mobile", registration_id=person.number, nonce=nonce, **pair)
                for person, nonce in zip(people, nonces)
            ),
        )
        self._rows(
            "sessions",
            (
                {"id_hash": session_hash(session), "registration_id": person.number}
                for person, session in zip(people, sessions)
            ),
            "created_at = UTC_TIMESTAMP(6), last_seen_at = UTC_TIMESTAMP(6), ends_at = UTC_TIMESTAMP(6) + INTERVAL 2 HOUR",
        )
        for person, session, nonce in zip(people, sessions, nonces):
            yield session, {
                "form_token": self._keys.form_token(session, "/register/otp"),
                "mobile_otp": self._keys.one_time_password(nonce, "sms", person.mobile),
                "email_otp": self._keys.one_time_password(nonce, "email", person.email),
            }

    def captchas(self, count: int) -> Iterator[Request]:
        """The images of so many, each another one."""
        for _ in range(count):
            session = secrets.token_hex(32)
            yield session, {"token": self._keys.captcha_token(session)}

    def accounts(self, count: int, password_hash: str) -> list[str]:
        """So many with one password; their ICEGATE IDs."""
        people = self.people(count)
        ended = {"step": "finished", "verified_at": LONG_AGO, "ended_at": LONG_AGO, "end_reason": "finished"}
        self._rows("registrations", (person.registration_row | ended for person in people))
        account = {"category": "simplified_auto_registration", "password_hash": password_hash, "language": "en"}
        account |= {"legal_name": "Prepared Traders", "created_at": LONG_AGO}
        self._rows(
            "accounts",
            (
                person.row("iec", "gstin", "email", "mobile", "icegate_id", id=person.number, registration_id=person.number)
                | account
                for person in people
            ),
        )
        self._rows(
            "icegate_ids",
            (person.row("icegate_id", registration_id=person.number, account_id=person.number) for person in people),
        )
        return [person.icegate_id for person in people]

    def _rows(self, table: str, rows: Iterator[dict[str, object]], sets: str = "") -> None:
        """Values that are bytes go by way of their digits."""
        lines, columns = [], {}
        for row in rows:
            columns = row
            lines.append("\t".join(value.hex() if isinstance(value, bytes) else str(value) for value in row.values()) + "\n")
        file = self._directory / "rows"
        file.write_text("".join(lines), "ascii")
        binary = [name for name, value in columns.items() if isinstance(value, bytes)]
        names = ", ".join(f"@{name}" if name in binary else name for name in columns)
        assignments = ", ".join([f"{name} = UNHEX(@{name})" for name in binary] + ([sets] if sets else []))
        self._load(table, f"({names})" + (f" SET {assignments}" if assignments else ""), file)
        file.unlink()


def write(requests: Iterator[Request], file: Path, mark: str = "") -> None:
    """A line for each request: its cookie and its body, or its query after the mark "?"."""
    lines = (f"{session} {mark}{urllib.parse.urlencode(fields)}\n" for session, fields in requests)
    file.write_text("".join(lines), "ascii")
