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
# Behind every other IEC and GSTIN.
FIRST = 200_000_000

Load = Callable[[str, str, Path], None]


def iec(number: int) -> str:
    return f"{number * SPREAD % 10**10:010}"


class Prepared:
    """`load` fills columns of a table from a file; what is made never repeats."""

    def __init__(self, keys: Keys, load: Load, directory: Path):
        self._keys = keys
        self._load = load
        self._directory = directory
        self._next = FIRST

    def step_1(self, count: int, in_master: bool = True) -> Iterator[tuple[str, dict[str, str]]]:
        """So many registrants with temporary passwords: the cookie and the fields of each."""
        numbers = range(self._next, self._next + count)
        self._next += count
        pairs = [(iec(number), gstin(number), secrets.token_bytes(16)) for number in numbers]
        if in_master:
            self._rows(
                "master_versions",
                "iec, gstin, load_id, is_removed, legal_name, email, mobile, iec_status, gstin_status",
                (
                    f"{iec}\t{gstin}\t1\t0\tPrepared Traders {number}\tbench{number}@example.com\t{6_000_000_000 + number}\tvalid\tACT"
                    for number, (iec, gstin, _) in zip(numbers, pairs)
                ),
            )
        return self.pairs(pairs)

    def pairs(self, pairs: list[tuple[str, str, bytes]]) -> Iterator[tuple[str, dict[str, str]]]:
        """The same for pairs that are in the master."""
        self._rows(
            "temporary_passwords",
            "iec, gstin, @nonce, key_id, issued_at, expires_at",
            (
                f"{iec}\t{gstin}\t{nonce.hex()}\t{self._keys.id}\t2026-01-01\t2099-01-01"
                for iec, gstin, nonce in pairs
            ),
            "nonce = UNHEX(@nonce)",
        )
        for turn, (iec, gstin, nonce) in enumerate(pairs):
            session = secrets.token_hex(32)
            token, answer = self._keys.captcha(session)
            password = self._keys.temporary_password(iec, gstin, nonce)
            if turn % WRONG == WRONG - 1:
                password = password[:-1] + ("0" if password[-1] != "0" else "1")
            yield session, {
                "form_token": self._keys.form_token(session, "/register"),
                "iec": iec, "gstin": gstin, "password": password, "captcha_token": token, "captcha": answer,
            }  # fmt: skip

    def one_time_passwords(self, count: int) -> Iterator[tuple[str, dict[str, str]]]:
        """So many registrations at the page of the OTPs: the cookie and the fields of each."""
        first, self._next = self._next, self._next + count
        numbers = range(first, first + count)
        sessions = [secrets.token_hex(32) for _ in numbers]
        nonces = [secrets.token_bytes(16) for _ in numbers]
        self._rows(
            "registrations",
            "id, iec, gstin, legal_name, email, mobile, step, icegate_id, password_hash, started_at, expires_at",
            (
                f"{number}\t{iec(number)}\t{gstin(number)}\tPrepared Traders {number}\tbench{number}@example.com"
                f"\t{6_000_000_000 + number}\totp_sent\tBENCH{number}\t$argon2id$\t2026-01-01\t2099-01-01"
                for number in numbers
            ),
        )
        self._rows(
            "icegate_ids",
            "icegate_id, registration_id, reserved_until",
            (f"BENCH{number}\t{number}\t2099-01-01" for number in numbers),
        )
        self._rows(
            "otp_pairs",
            "registration_id, purpose, @nonce, key_id, email, mobile, generated_at, expires_at, tries_allowed,"
            " sends_allowed, sends, last_sent_at",
            (
                f"{number}\tregistration\t{nonce.hex()}\t{self._keys.id}\tbench{number}@example.com"
                f"\t{6_000_000_000 + number}\t2026-01-01\t2099-01-01\t5\t5\t1\t2026-01-01"
                for number, nonce in zip(numbers, nonces)
            ),
            "nonce = UNHEX(@nonce)",
        )
        self._rows(
            "sessions",
            "@id_hash, registration_id",
            (f"{session_hash(session).hex()}\t{number}" for number, session in zip(numbers, sessions)),
            "id_hash = UNHEX(@id_hash), created_at = UTC_TIMESTAMP(6), last_seen_at = UTC_TIMESTAMP(6),"
            " ends_at = UTC_TIMESTAMP(6) + INTERVAL 2 HOUR",
        )
        for number, session, nonce in zip(numbers, sessions, nonces):
            yield session, {
                "form_token": self._keys.form_token(session, "/register/otp"),
                "mobile_otp": self._keys.one_time_password(nonce, "sms", str(6_000_000_000 + number)),
                "email_otp": self._keys.one_time_password(nonce, "email", f"bench{number}@example.com"),
            }

    def _rows(self, table: str, columns: str, lines: Iterator[str], sets: str = "") -> None:
        file = self._directory / "rows"
        file.write_text("".join(f"{line}\n" for line in lines), "ascii")
        self._load(table, f"({columns})" + (f" SET {sets}" if sets else ""), file)
        file.unlink()


def write(requests: Iterator[tuple[str, dict[str, str]]], file: Path) -> int:
    """A line for each request: its cookie and its body. Returns how many there are."""
    lines = [f"{session} {urllib.parse.urlencode(fields)}\n" for session, fields in requests]
    file.write_text("".join(lines), "ascii")
    return len(lines)
