"""w3m in a terminal, worked by keys, and the screen as a person sees it."""

import os
import re
import time
from pathlib import Path

import pexpect
import pyte

COLUMNS, LINES = 100, 200  # tall enough for every page: nothing has to be scrolled


class TextBrowser:
    def __init__(self, address: str, home: Path):
        self._screen = pyte.Screen(COLUMNS, LINES)
        self._stream = pyte.ByteStream(self._screen)
        options = ["use_proxy=0", "use_cookie=1", "accept_cookie=1", "confirm_qq=0"]
        self._w3m = pexpect.spawn(
            "w3m",
            [*(word for option in options for word in ("-o", option)), address],
            dimensions=(LINES, COLUMNS),
            # pyte knows every sequence of Linux's own terminal.
            env=os.environ | {"HOME": str(home), "TERM": "linux", "LC_ALL": "C.UTF-8"},
        )

    def close(self) -> None:
        self._w3m.close(force=True)

    def __str__(self) -> str:
        lines = [line.rstrip() for line in self._screen.display if line.strip()]
        return "\n".join([f"(the cursor is in line {self._screen.cursor.y})", *lines[:20], "…", *lines[-3:]])

    @property
    def text(self) -> str:
        """The page, with each run of blanks and line ends as one blank."""
        return " ".join(" ".join(self._screen.display[:-1]).split())

    def wait_for(self, *texts: str) -> None:
        self._wait(lambda: all(text in self.text for text in texts), f"{texts}")

    def follow(self, words: str) -> None:
        """Presses the link or button that these words begin."""
        self._search(words)
        self._w3m.send("\r")

    def submit(self) -> None:
        """Presses the button behind the field that was typed last."""
        self._w3m.send("\t\r")

    def type(self, label: str, value: str, shown: str | None = None) -> None:
        """Types into the field behind the first label that begins so; `shown` is what the field then looks like."""
        self._search(f"^{label}")
        self._w3m.send("\t\r")
        self._wait(lambda: self._is_asking("TEXT:") or self._is_asking("Password:"), f"asked for {label}")
        self._w3m.send(f"{value}\r")
        self.wait_for(f"[{shown or value}")

    def _search(self, pattern: str) -> None:
        self._w3m.send("g/")
        self._wait(lambda: self._is_asking("Forward:"), "asked what to search")
        self._w3m.send(f"{pattern}\r")
        self._wait(lambda: re.search(pattern, self._screen.display[self._screen.cursor.y].rstrip()), f"at {pattern}")

    def _is_asking(self, prompt: str) -> bool:
        """w3m asks in the last line, and the cursor stands there while it does."""
        return self._screen.cursor.y == LINES - 1 and self._screen.display[-1].startswith(prompt)

    def _wait(self, is_so, what: str, seconds: float = 10) -> None:
        """Until it is so and w3m has written everything: keys that come while it writes can get lost."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                self._stream.feed(self._w3m.read_nonblocking(65_536, timeout=0.05))
            except pexpect.TIMEOUT:
                if is_so():
                    return
            assert time.monotonic() < deadline, f"not within {seconds} s: {what}\n{self}"
