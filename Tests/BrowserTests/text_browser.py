"""A browser in a terminal, worked by keys, and the screen as a person sees it."""

import os
import time
from abc import ABC, abstractmethod
from pathlib import Path

import pexpect
import pyte

COLUMNS, LINES = 100, 200  # tall enough for every page: nothing has to be scrolled


class TextBrowser(ABC):
    """What w3m and lynx have in common; each has keys of its own."""

    def __init__(self, command: list[str], home: Path):
        self._screen = pyte.Screen(COLUMNS, LINES)
        self._stream = pyte.ByteStream(self._screen)
        self._terminal = pexpect.spawn(
            command[0],
            command[1:],
            dimensions=(LINES, COLUMNS),
            # pyte knows every sequence of Linux's own terminal.
            env=os.environ | {"HOME": str(home), "TERM": "linux", "LC_ALL": "C.UTF-8", "no_proxy": "127.0.0.1"},
        )

    def close(self) -> None:
        self._terminal.close(force=True)

    def __str__(self) -> str:
        lines = [line.rstrip() for line in self._screen.display if line.strip()]
        return "\n".join([f"(the cursor is in line {self._screen.cursor.y})", *lines[:20], "…", *lines[-3:]])

    @property
    def text(self) -> str:
        """The page, with each run of blanks and line ends as one blank."""
        return " ".join(" ".join(self._screen.display[:-1]).split())

    def wait_for(self, *texts: str) -> None:
        self._wait(lambda: all(text in self.text for text in texts), f"{texts}")

    @abstractmethod
    def holds(self, value: str) -> bool:
        """Whether a field begins with it."""

    @abstractmethod
    def follow(self, pattern: str) -> None:
        """Presses the link or button whose words begin so; ^ and $ are begin and end of their line."""

    @abstractmethod
    def type(self, label: str, value: str, shown: str | None = None) -> None:
        """Types into the field behind the first label that begins so; `shown` is what the field then looks like."""

    @abstractmethod
    def submit(self) -> None:
        """Presses the button behind the field that was typed last."""

    def _press(self, keys: str) -> None:
        self._terminal.send(keys)

    def _wait(self, is_so, what: str, seconds: float = 10) -> None:
        """Until it is so and everything is written: keys that come while a browser writes can get lost."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                self._stream.feed(self._terminal.read_nonblocking(65_536, timeout=0.05))
            except pexpect.TIMEOUT:
                if is_so():
                    return
            assert time.monotonic() < deadline, f"not within {seconds} s: {what}\n{self}"
