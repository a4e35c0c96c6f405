"""w3m's keys: a search goes to any text, Tab to the next link or field, and a value is asked for in the last line."""

import re
from pathlib import Path

from text_browser import LINES, TextBrowser


class W3m(TextBrowser):
    def __init__(self, address: str, home: Path):
        options = ["use_proxy=0", "use_cookie=1", "accept_cookie=1", "confirm_qq=0"]
        super().__init__(["w3m", *(word for option in options for word in ("-o", option)), address], home)

    def holds(self, value: str) -> bool:
        return f"[{value}" in self.text

    def follow(self, pattern: str) -> None:
        self._search(pattern)
        self._press("\r")

    def type(self, label: str, value: str, shown: str | None = None) -> None:
        self._search(f"^{label}")
        self._press("\t\r")
        self._wait(lambda: self._is_asking("TEXT:") or self._is_asking("Password:"), f"asked for {label}")
        self._press(f"{value}\r")
        self._wait(lambda: self.holds(shown or value), f"typed {label}")

    def submit(self) -> None:
        # Behind a captcha's field stands the link to its sound.
        field = (self._screen.cursor.y, self._screen.cursor.x)
        self._press("\t")
        self._wait(lambda: (self._screen.cursor.y, self._screen.cursor.x) != field, "behind the last field")
        if "Listen" in self._screen.display[self._screen.cursor.y]:
            self._press("\t")
        self._press("\r")

    def _search(self, pattern: str) -> None:
        self._press("g/")
        self._wait(lambda: self._is_asking("Forward:"), "asked what to search")
        self._press(f"{pattern}\r")
        self._wait(lambda: re.search(pattern, self._screen.display[self._screen.cursor.y].rstrip()), f"at {pattern}")

    def _is_asking(self, prompt: str) -> bool:
        """w3m asks in the last line, and the cursor stands there while it does."""
        return self._screen.cursor.y == LINES - 1 and self._screen.display[-1].startswith(prompt)
