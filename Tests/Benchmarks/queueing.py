"""A simulation of visits that share cores: people come, think, and send requests, each of which has work at several places."""

import heapq
import itertools
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

# A piece of work that takes longer lets others go on in between, as Linux has it.
SLICE = 0.004


@dataclass(frozen=True)
class Piece:
    """Work at one place: the mean of its seconds of CPU. A hash takes those always, other work varies."""

    place: str
    seconds: float
    is_hash: bool = False


@dataclass(frozen=True)
class Request:
    """`think`: the mean seconds until it is sent, once the one before was answered."""

    pieces: tuple[Piece, ...]
    think: float = 0

    @property
    def hashes(self) -> int:
        return sum(piece.is_hash for piece in self.pieces)

    def seconds_at(self, place: str) -> float:
        return sum(piece.seconds for piece in self.pieces if piece.place == place)


Visit = tuple[Request, ...]


class Cores:
    """They take one piece after the other, as they come, and never more hashes at once than `hashes`.

    `slower`: work takes so many times as long, where others have a part of the cores.
    """

    def __init__(self, simulation: "Simulation", count: int, hashes: int = 0, slower: float = 1):
        self._simulation = simulation
        self._count = count
        self._hashes = hashes or count
        self._slower = slower
        self._busy = self._hashing = 0
        self._queue: deque = deque()
        self._hash_queue: deque = deque()
        # Requests that are here.
        self.guests = 0

    def work(self, seconds: float, is_hash: bool, then: Callable[[], None]) -> None:
        seconds *= self._slower
        if not is_hash:
            self._enter(seconds, then)
        elif self._hashing < self._hashes:
            self._hashing += 1
            self._enter(seconds, lambda: self._hashed(then))
        else:
            self._hash_queue.append((seconds, then))

    def _hashed(self, then: Callable[[], None]) -> None:
        if self._hash_queue:
            seconds, waiting = self._hash_queue.popleft()
            self._enter(seconds, lambda: self._hashed(waiting))
        else:
            self._hashing -= 1
        then()

    def _enter(self, seconds: float, then: Callable[[], None]) -> None:
        if self._busy < self._count:
            self._busy += 1
            self._start(seconds, then)
        else:
            self._queue.append((seconds, then))

    def _start(self, seconds: float, then: Callable[[], None]) -> None:
        self._simulation.after(min(seconds, SLICE), self._end, seconds - SLICE, then)

    def _end(self, left: float, then: Callable[[], None]) -> None:
        if left > 0:
            self._queue.append((left, then))
        if self._queue:
            self._start(*self._queue.popleft())
        else:
            self._busy -= 1
        if left <= 0:
            then()


class Simulation:
    """`places`: for each name the cores that do its work; where there are several, the ones with the fewest requests."""

    def __init__(self, seed: int = 7):
        self.now = 0.0
        self.random = random.Random(seed)
        self.places: dict[str, list[Cores]] = {}
        # Seconds until the answer, of requests that hash nothing; and all that were answered, since `forget`.
        self.waits: list[float] = []
        self.answered = 0
        self.ended = 0
        self._events: list = []
        self._numbers = itertools.count()

    def after(self, seconds: float, call: Callable, *arguments) -> None:
        heapq.heappush(self._events, (self.now + seconds, next(self._numbers), call, arguments))

    def run(self, until: float) -> None:
        while self._events and self._events[0][0] <= until:
            self.now, _, call, arguments = heapq.heappop(self._events)
            call(*arguments)
        self.now = until

    def forget(self) -> None:
        self.waits.clear()
        self.answered = self.ended = 0

    def come(self, visit: Visit, rate: float) -> None:
        """So many visits a second, at times that know nothing of each other."""
        if rate > 0:
            self.after(self.random.expovariate(rate), self._arrive, visit, rate)

    def _arrive(self, visit: Visit, rate: float) -> None:
        self.come(visit, rate)
        self.walk(visit)

    def walk(self, visit: Visit, again: bool = False) -> None:
        """One visitor, who begins again in the end, or leaves."""
        self._think(visit, 0, again)

    def _think(self, visit: Visit, place: int, again: bool) -> None:
        if place == len(visit):
            self.ended += 1
            place = 0
            if not again:
                return
        think = visit[place].think
        self.after(self.random.expovariate(1 / think) if think else 0, self._send, visit, place, again)

    def _send(self, visit: Visit, place: int, again: bool) -> None:
        request, sent = visit[place], self.now
        cores = {name: min(of, key=lambda one: one.guests) for name, of in self.places.items()}
        for each in cores.values():
            each.guests += 1

        def next_piece(number: int) -> None:
            if number < len(request.pieces):
                piece = request.pieces[number]
                seconds = piece.seconds if piece.is_hash else self.random.expovariate(1 / piece.seconds)
                cores[piece.place].work(seconds, piece.is_hash, lambda: next_piece(number + 1))
                return
            for each in cores.values():
                each.guests -= 1
            self.answered += 1
            if not request.hashes:
                self.waits.append(self.now - sent)
            self._think(visit, place + 1, again)

        next_piece(0)

    def percentile(self, share: float) -> float:
        return sorted(self.waits)[int(share * len(self.waits))]
