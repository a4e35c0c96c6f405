"""lynx's keys: every link, field and button has a number, as those have it read to them who cannot see the screen."""

import re
from pathlib import Path

from text_browser import TextBrowser

# Before the words of a link, the value of a field, and as ([7]BUTTON) before the words of a button.
NUMBER = re.compile(r"\(\[\d+\]BUTTON\) |\[\d+\]")


class Lynx(TextBrowser):
    def __init__(self, address: str, home: Path):
        # A field takes keys only after Enter: until then a digit is the number of something.
        options = ["-accept_all_cookies", "-display_charset=utf-8", "-nopause", "-number_fields", "-tna"]
        super().__init__(["lynx", *options, address], home)

    @property
    def text(self) -> str:
        return NUMBER.sub("", super().text)

    def holds(self, value: str) -> bool:
        # An arrow says that the field holds more than it shows.
        return any(re.search(rf"\]←?{re.escape(value)}", line) for line in self._screen.display)

    def follow(self, pattern: str) -> None:
        words = pattern.strip("^$")
        for line in self._screen.display:
            numbered = re.search(rf"\[(\d+)\](?:BUTTON\) )?{re.escape(words)}", line)
            if numbered and re.search(pattern, NUMBER.sub("", line).strip()):
                self._go_to(numbered.group(1))
                self._press("\r")
                return
        raise AssertionError(f"no link or button {pattern}\n{self}")

    def type(self, label: str, value: str, shown: str | None = None) -> None:
        number = self._number_of_the_field_behind(label)
        self._go_to(number)
        self._press("\r")
        self._wait(lambda: "Enter text." in self._status, f"to type {label}")
        self._press(value)
        # A password is drawn as an empty field again as soon as it is left.
        self._wait(lambda: self.holds(shown or value), f"typed {label}")
        self._press("\t")
        self._wait(lambda: "Enter text." not in self._status, f"behind {label}")

    def submit(self) -> None:
        # Behind a captcha's field stands the link to its sound.
        self._wait(lambda: self._status.startswith(("(Form submit button)", "(NORMAL LINK)")), "behind the last field")
        if not self._status.startswith("(Form submit button)"):
            self._press("\t")
        self._wait(lambda: self._status.startswith("(Form submit button)"), "at a button")
        self._press("\r")

    @property
    def _status(self) -> str:
        """The line above the two of help: what may be done where the cursor stands."""
        return self._screen.display[-3]

    def _number_of_the_field_behind(self, label: str) -> str:
        # The field is in the line of its label, or begins the line after hints and errors.
        page = "\n".join(line.strip() for line in self._screen.display)
        numbered = re.search(rf"^{label}(?: |.*?^)\[(\d+)\]", page, re.DOTALL | re.MULTILINE)
        assert numbered, f"no field behind {label}\n{self}"
        return numbered.group(1)

    def _go_to(self, number: str) -> None:
        self._press("0")
        self._wait(lambda: self._status.rstrip().endswith("number:"), "asked for a number")
        self._press(f"{number}g\r")
        self._wait(lambda: f"[{number}]" in self._screen.display[self._screen.cursor.y], f"at {number}")
