"""The folder into which the development set-up's courier writes messages, one file each."""

import re
import time
from pathlib import Path

ONE_TIME_PASSWORD = re.compile(r"(?<![0-9])[0-9]{6}(?![0-9])")


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

    def next_to(self, recipient: str, after: int, seconds: float = 20) -> str:
        """The body of the newest message once there are more than `after` of them."""
        deadline = time.monotonic() + seconds
        while len(sent := self.to(recipient)) <= after:
            assert time.monotonic() < deadline, f"no new message to {recipient} within {seconds} s"
            time.sleep(0.1)
        _, _, body = sent[-1].read_text(encoding="utf-8").partition("\n\n")
        return body

    def one_time_password(self, recipient: str, after: int) -> str:
        found = ONE_TIME_PASSWORD.findall(self.next_to(recipient, after))
        assert len(found) == 1, f"one OTP is expected in the message to {recipient}, found {len(found)}"
        return found[0]
