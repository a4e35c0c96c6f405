"""Machines of their own: the portal counts by client address, and every test here would come from 127.0.0.1 otherwise.

Every address of 127.0.0.0/8 is this machine's: one that is drawn anew has no wrong try and no send behind it.
"""

import functools
import http.client
import secrets
import socket
import threading
import urllib.parse
import urllib.request
from dataclasses import dataclass

from portal import Portal
from visitor import Visitor


def fresh_address() -> str:
    return f"127.{1 + secrets.randbelow(254)}.{secrets.randbelow(256)}.{1 + secrets.randbelow(254)}"


class _From(urllib.request.HTTPHandler):
    handler_order = urllib.request.HTTPHandler.handler_order - 1

    def __init__(self, source: str):
        super().__init__()
        self._connection = functools.partial(http.client.HTTPConnection, source_address=(source, 0))

    def http_open(self, request):
        return self.do_open(self._connection, request)


class DistantVisitor(Visitor):
    """A visitor whose requests come from a loopback address of its own."""

    def __init__(self, address: str, source: str):
        super().__init__(address)
        self.source = source
        self._opener.add_handler(_From(source))

    def at(self, source: str) -> "DistantVisitor":
        """Another machine with a copy of the cookies."""
        other = DistantVisitor(self._address, source)
        for cookie in self._jar:
            other._jar.set_cookie(cookie)
        return other


@dataclass(frozen=True)
class DistantPortal(Portal):
    """The portal as a machine at `source` sees it."""

    source: str

    def visitor(self) -> DistantVisitor:
        return DistantVisitor(self.address, self.source)

    def from_another(self) -> "DistantPortal":
        return seen_from_afar(self)


def seen_from_afar(portal: Portal) -> DistantPortal:
    return DistantPortal(portal.address, portal.messages, portal.captcha, portal.registrants, fresh_address())


class Relay:
    """A proxy for one browser: what comes in goes to the portal from a loopback address of the relay's own."""

    def __init__(self, portal: DistantPortal):
        target = urllib.parse.urlsplit(portal.address)
        self._target = (target.hostname, target.port)
        self._source = portal.source
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        # Closing alone would leave the thread waiting.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(self._target, source_address=(self._source, 0))
            for one, other in [(client, server), (server, client)]:
                threading.Thread(target=self._pass_on, args=(one, other), daemon=True).start()

    @staticmethod
    def _pass_on(one: socket.socket, other: socket.socket) -> None:
        try:
            while data := one.recv(65_536):
                other.sendall(data)
            other.shutdown(socket.SHUT_WR)
        except OSError:
            one.close()
            other.close()
