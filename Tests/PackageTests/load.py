"""What a visitor meets while something is done to the service."""

import threading

from service import Service


class Load:
    """A visitor who goes on looking; what was answered."""

    def __init__(self, service: Service):
        self.statuses: list[int] = []
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, args=(service.portal.visitor(),))
        self._thread.start()

    def _look(self, visitor) -> None:
        while not self._ended.is_set():
            self.statuses.append(visitor.get("/register").status)

    def end(self) -> set[int]:
        self._ended.set()
        self._thread.join()
        assert len(self.statuses) > 20
        return set(self.statuses)
