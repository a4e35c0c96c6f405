"""HTTP as no library would send it: bytes on a socket, and the bytes that come back."""

import socket
import urllib.parse
from dataclasses import dataclass

from addresses import fresh_address
from portal import Portal


@dataclass(frozen=True)
class RawAnswer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def all(self, name: str) -> list[str]:
        return [value for found, value in self.headers if found == name.lower()]

    def one(self, name: str) -> str:
        [value] = self.all(name)
        return value


def where(portal: Portal) -> tuple[str, int]:
    target = urllib.parse.urlsplit(portal.address)
    return target.hostname, target.port


def connect(portal: Portal, source: str = "", seconds: float = 15) -> socket.socket:
    source_address = (source or fresh_address(), 0)
    return socket.create_connection(where(portal), timeout=seconds, source_address=source_address)


def receive(connection: socket.socket) -> bytes:
    """Everything until the other side closes, or resets, or is silent for the socket's time-out."""
    received = b""
    try:
        while data := connection.recv(65_536):
            received += data
    except (ConnectionResetError, TimeoutError):
        pass
    return received


def exchange(portal: Portal, request: bytes, source: str = "", seconds: float = 15) -> bytes:
    with connect(portal, source, seconds) as connection:
        connection.sendall(request)
        return receive(connection)


def answers(received: bytes) -> list[RawAnswer]:
    """What was received, taken apart: one answer after the other."""
    found = []
    while received.startswith(b"HTTP/1."):
        head, _, rest = received.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        headers = [(name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines[1:])]
        length = next((int(value) for name, value in headers if name == "content-length"), len(rest))
        found.append(RawAnswer(int(lines[0].split()[1]), headers, rest[:length]))
        received = rest[length:]
    return found


def message(method: str, target: str, headers: list[tuple[str, str]], body: bytes = b"") -> bytes:
    """A request with exactly these headers. Text is sent as Latin-1: a character is a byte."""
    head = f"{method} {target} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers) + "\r\n"
    return head.encode("latin-1") + body


def ask(
    portal: Portal,
    method: str,
    target: str,
    headers: list[tuple[str, str]] | None = None,
    body: bytes = b"",
    source: str = "",
) -> RawAnswer:
    """One request with a right Host and length beside these headers, and its answer."""
    host, port = where(portal)
    usual = [("Host", f"{host}:{port}"), ("Connection", "close")]
    if body or method == "POST":
        usual.append(("Content-Length", str(len(body))))
    [answer] = answers(exchange(portal, message(method, target, usual + (headers or []), body), source))
    return answer


def form_headers(visitor, origin: str | None) -> list[tuple[str, str]]:
    """Those of a browser that posts a form."""
    headers = [("Content-Type", "application/x-www-form-urlencoded")]
    headers += [("Cookie", "; ".join(f"{name}={value}" for name, value in visitor.cookies))]
    return headers + ([("Origin", origin)] if origin else [])
