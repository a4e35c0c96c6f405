"""The folder into which the development set-up's courier writes messages, one file each."""

import re
import time
from pathlib import Path

# Not a part of an ICEGATE ID or of a longer number.
ONE_TIME_PASSWORD = re.compile(r"(?<![0-9A-Za-z-])[0-9]{6}(?![0-9A-Za-z-])")


class Messages:
    def __init__(self, directory: Path):
        self._directory = directory

    def to(self, recipient: str) -> list[Path]:
        """Every message to an e-mail address or mobile number, the newest last.

        A mobile number matches with and without the country's code.
        """
        channel = "email" if "@" in recipient else "sms"
        name = re.compile(rf"-{channel}-(?:\+?91)?{re.escape(recipient)}\.txt$")
        found = [path for path in self._directory.iterdir() if name.search(path.name)]
        return sorted(found, key=lambda path: (path.stat().st_mtime_ns, path.name))

    def wait_for(self, recipient: str, count: int, seconds: float = 20) -> None:
        """Until so many have come to a recipient."""
        deadline = time.monotonic() + seconds
        while len(self.to(recipient)) < count:
            assert time.monotonic() < deadline, f"{len(self.to(recipient))} of {count} came to {recipient}"
            time.sleep(0.05)

    def one_time_passwords(self, registrant, after: tuple[str, str] = ("", ""), seconds: float = 20) -> tuple[str, str]:
        """The newest of the mobile and of the e-mail, once both have come, and are other ones than those of `after`."""
        deadline = time.monotonic() + seconds
        return (
            self._one_time_password(registrant.mobile, after[0], deadline),
            self._one_time_password(registrant.email, after[1], deadline),
        )

    def one_time_password(self, recipient: str, after: str = "", seconds: float = 20) -> str:
        """The newest of one recipient, once it has come, and is another one than `after`."""
        return self._one_time_password(recipient, after, time.monotonic() + seconds)

    def _one_time_password(self, recipient: str, before: str, deadline: float) -> str:
        while not (found := [code for path in self.to(recipient) for code in self._codes(path)]) or found[-1] == before:
            assert time.monotonic() < deadline, f"no OTP came to {recipient}"
            time.sleep(0.05)
        return found[-1]

    @staticmethod
    def _codes(path: Path) -> list[str]:
        _, _, body = path.read_text(encoding="utf-8").partition("\n\n")
        found = ONE_TIME_PASSWORD.findall(body)
        assert len(found) <= 1, f"{path.name} has {len(found)} codes"
        return found
