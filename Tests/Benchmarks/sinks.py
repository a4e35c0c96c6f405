"""A relay and a gateway that take everything at once: what stands before the couriers must not be what is measured.

Each runs in a process of its own and says nothing but what SMTP (RFC 5321) and HTTP (RFC 9112) ask of it.
"""

import asyncio
import multiprocessing
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


class Relay(asyncio.Protocol):
    def connection_made(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._received = b""
        self._takes_mail = False
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self._received += data
        while (end := self._received.find(b"\r\n.\r\n" if self._takes_mail else b"\r\n")) >= 0:
            if self._takes_mail:
                self._received = self._received[end + 5 :]
                self._takes_mail = False
                self._transport.write(b"250 taken\r\n")
                continue
            line, self._received = self._received[:end], self._received[end + 2 :]
            match line[:4].upper():
                case b"DATA":
                    self._takes_mail = True
                    self._transport.write(b"354 go on\r\n")
                case b"QUIT":
                    self._transport.write(b"221 bye\r\n")
                    self._transport.close()
                    return
                case _:
                    self._transport.write(b"250 fine\r\n")


class Gateway(asyncio.Protocol):
    def connection_made(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._received = b""

    def data_received(self, data: bytes) -> None:
        self._received += data
        while (end := self._received.find(b"\r\n\r\n")) >= 0:
            head = self._received[:end].lower()
            _, _, rest = head.partition(b"content-length:")
            size = int(rest.split(b"\r\n", 1)[0]) if rest else 0
            if len(self._received) < end + 4 + size:
                return
            self._received = self._received[end + 4 + size :]
            self._transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nstatus=ok")


@dataclass(frozen=True)
class Sink:
    port: int


@contextmanager
def running(protocol: type[asyncio.Protocol]) -> Iterator[Sink]:
    parent, child = multiprocessing.Pipe()
    process = multiprocessing.Process(target=_serve, args=(protocol, child), daemon=True)
    process.start()
    try:
        yield Sink(parent.recv())
    finally:
        process.terminate()
        process.join()


def _serve(protocol: type[asyncio.Protocol], pipe) -> None:
    async def main() -> None:
        server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0, backlog=256)
        pipe.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    os.setsid()
    asyncio.run(main())
