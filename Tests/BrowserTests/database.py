"""The set-up's MariaDB, read as its root: what the portal wrote, not only what it said."""

import subprocess
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True)
class OTPPair:
    generated_at: datetime
    expires_at: datetime
    live_tries: int
    resume_tries: int
    sends: int
    end_reason: str | None


class Database:
    def __init__(self, socket: Path):
        self._socket = socket

    def rows(self, statement: str) -> list[list[str | None]]:
        """Of a statement without values from outside."""
        done = subprocess.run(
            ["mariadb", "--no-defaults", f"--socket={self._socket}", "--user=root", "--batch", "--skip-column-names"]
            # In a cluster, what was committed on another node is seen here too; a server by itself does not wait.
            + ["--default-character-set=utf8mb4", "--database=icegate", "--init-command=SET wsrep_sync_wait = 1"]
            + [f"--execute={statement}"],
            check=True,
            capture_output=True,
            text=True,
            timeout=30,
        )
        return [[None if value == "NULL" else value for value in line.split("\t")] for line in done.stdout.splitlines()]

    def value(self, statement: str) -> str | None:
        """Of a statement with one row of one column."""
        [[value]] = self.rows(statement)
        return value

    def time(self, statement: str) -> datetime:
        return datetime.fromisoformat(self.value(statement))

    def otp_pairs(self, registrant, purpose: str = "registration") -> list[OTPPair]:
        """Those of a registrant, the oldest first."""
        return [
            OTPPair(*map(datetime.fromisoformat, row[:2]), *map(int, row[2:5]), row[5])
            for row in self.rows(
                "SELECT p.generated_at, p.expires_at, p.live_tries, p.resume_tries, p.sends, p.end_reason"
                " FROM otp_pairs p JOIN registrations r ON r.id = p.registration_id"
                f" WHERE r.iec = '{registrant.iec}' AND r.gstin = '{registrant.gstin}' AND p.purpose = '{purpose}'"
                " ORDER BY p.id"
            )
        ]

    def account(self, icegate_id: str) -> tuple[str, str] | None:
        """E-mail and mobile of an account."""
        rows = self.rows(f"SELECT email, mobile FROM accounts WHERE icegate_id = '{icegate_id}'")
        return (rows[0][0], rows[0][1]) if rows else None

    def broken_invariants(self) -> list[list[str | None]]:
        statement = Path(__file__).parents[2] / "sql" / "invariants.sql"
        return self.rows(statement.read_text(encoding="utf-8"))
