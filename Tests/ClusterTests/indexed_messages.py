"""The folder of messages, for many who wait for theirs at the same time."""

import os
import re
import threading
import time
from pathlib import Path

from messages import Messages

NAME = re.compile(r"-(?:email|sms)-(?:\+?91(?=[0-9]{10}\.))?(.+)\.txt$")


class IndexedMessages(Messages):
    def __init__(self, directory: Path):
        super().__init__(directory)
        self._lock = threading.Lock()
        self._seen: set[str] = set()
        self._by_recipient: dict[str, list[Path]] = {}
        self._looked_at = 0.0

    def to(self, recipient: str) -> list[Path]:
        with self._lock:
            if time.monotonic() - self._looked_at > 0.1:
                self._look()
            # Names begin with the time.
            return sorted(self._by_recipient.get(recipient, []))

    def _look(self) -> None:
        for name in os.listdir(self._directory):
            if name not in self._seen and (found := NAME.search(name)):
                self._seen.add(name)
                self._by_recipient.setdefault(found[1], []).append(self._directory / name)
        self._looked_at = time.monotonic()
