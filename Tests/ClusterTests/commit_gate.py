"""Proxies before the servers, which hold each COMMIT until another server has one to carry out as well: two transactions that want
the same then meet where only certification can tell them apart.

The protocol of client and server: packets of three bytes of length, one of number, then the command; 3 is a statement as
text (https://mariadb.com/kb/en/clientserver-protocol/).
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

# Seconds that a COMMIT waits for another one: the last of several has none to wait for.
PATIENCE = 0.4


class CommitGate:
    def __init__(self, servers: list[tuple[str, int]]):
        self._condition = threading.Condition()
        self._holds = False
        self._turn = 0
        self._waiting: set[int] = set()
        self._listeners = [socket.create_server(("127.0.0.1", 0), backlog=64) for _ in servers]
        for number, (listener, server) in enumerate(zip(self._listeners, servers)):
            threading.Thread(target=self._accept, args=(number, listener, server), daemon=True).start()

    @property
    def hosts(self) -> str:
        """For DATABASE_HOST."""
        return ",".join(f"127.0.0.1:{listener.getsockname()[1]}" for listener in self._listeners)

    @contextmanager
    def holding(self) -> Iterator[None]:
        self._holds = True
        try:
            yield
        finally:
            self._holds = False

    def stop(self) -> None:
        for listener in self._listeners:
            # A thread in accept() does not hear of a close alone.
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()

    def _accept(self, number: int, listener: socket.socket, address: tuple[str, int]) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(address, timeout=5)
                server.settimeout(None)
            except OSError:
                client.close()
                continue
            for one in (client, server):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._carry, args=(client, server, number), daemon=True).start()
            threading.Thread(target=self._carry, args=(server, client, None), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket, number: int | None) -> None:
        try:
            while data := source.recv(1_000_000):
                # A client sends one command and waits: a COMMIT stands at the beginning of what comes.
                if number is not None and data[4:5] == b"\x03" and data[5:11].upper() == b"COMMIT":
                    self._hold(number)
                target.sendall(data)
        except OSError:
            pass
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def _hold(self, number: int) -> None:
        with self._condition:
            if not self._holds:
                return
            turn = self._turn
            self._waiting.add(number)
            if len(self._waiting) > 1:
                self._turn += 1
                self._waiting.clear()
                self._condition.notify_all()
            elif not self._condition.wait_for(lambda: self._turn != turn, PATIENCE):
                self._waiting.discard(number)
