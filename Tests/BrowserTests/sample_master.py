"""The registrants of sql/sample/master.csv: who may register, and the temporary password that each was sent."""

import csv
import re
from dataclasses import dataclass
from pathlib import Path

from messages import Messages

MASTER = Path(__file__).parents[2] / "sql" / "sample" / "master.csv"
TEMPORARY_PASSWORD = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{5}\b")


@dataclass(frozen=True)
class Registrant:
    iec: str
    gstin: str
    email: str
    mobile: str
    temporary_password: str


class Registrants:
    """Hands out each registrant once. One who was sent more than the temporary password is somebody else's.

    `backwards`: from the end, for tests that share a set-up with others and leave some behind in a bad way.
    """

    def __init__(self, messages: Messages, backwards: bool = False):
        self._messages = messages
        with MASTER.open(newline="", encoding="utf-8") as file:
            rows = [row for row in csv.DictReader(file) if self._may_register(row)]
        self._rows = iter(rows[::-1] if backwards else rows)

    @staticmethod
    def _may_register(row: dict[str, str]) -> bool:
        return (
            row["iec_status"] == "valid"
            and row["gstin_status"] == "ACT"
            and re.fullmatch(r"[^@\s]+@[^@\s]+", row["email"]) is not None
            and len(row["email"]) <= 50
            and re.fullmatch(r"[6-9][0-9]{9}", row["mobile"]) is not None
        )

    def fresh(self) -> Registrant:
        for row in self._rows:
            sent = self._messages.to(row["email"])
            if len(sent) != 1:
                continue
            found = TEMPORARY_PASSWORD.search(sent[0].read_text(encoding="utf-8"))
            if found:
                return Registrant(row["iec"], row["gstin"], row["email"], row["mobile"], found.group())
        raise AssertionError("the sample master has no fresh registrant left")
