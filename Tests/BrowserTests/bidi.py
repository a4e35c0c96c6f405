"""WebDriver BiDi over a websocket: commands with their results, and events in the order in which they come.

https://www.w3.org/TR/webdriver-bidi/
"""

import json
import time
from collections.abc import Callable
from itertools import count

from websockets.sync.client import ClientConnection


class Refused(Exception):
    """A command that the browser did not do."""


class Session:
    """What comes in is read while a command or an event is waited for, and at no other time."""

    def __init__(self, socket: ClientConnection):
        self._socket = socket
        self._numbers = count(1)
        self._answers: dict[int, dict] = {}
        self._handlers: list[Callable[[str, dict], None]] = []

    def on_event(self, handler: Callable[[str, dict], None]) -> None:
        """Has it called with name and parameters of every event from now on."""
        self._handlers.append(handler)

    def call(self, method: str, **parameters) -> dict:
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        self.wait_until(lambda: number in self._answers, f"an answer to {method}")
        answer = self._answers.pop(number)
        if answer["type"] == "error":
            raise Refused(f"{method}: {answer['error']}: {answer['message']}")
        return answer["result"]

    def wait_until(self, is_so: Callable[[], bool], what: str, seconds: float = 15) -> None:
        deadline = time.monotonic() + seconds
        while not is_so():
            try:
                self._take(json.loads(self._socket.recv(timeout=max(0, deadline - time.monotonic()))))
            except TimeoutError:
                raise AssertionError(f"not within {seconds} s: {what}") from None

    def _take(self, message: dict) -> None:
        if message["type"] == "event":
            for handler in self._handlers:
                handler(message["method"], message["params"])
        else:
            self._answers[message["id"]] = message
