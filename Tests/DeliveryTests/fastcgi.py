"""One request of the FastCGI specification (version 1.0), as nginx would send it."""

import socket
import struct
from pathlib import Path

BEGIN, END, PARAMETERS, INPUT, OUTPUT = 1, 3, 4, 5, 6


def get(socket_path: Path, path: str) -> bytes:
    """The whole answer of the portal, from `Status:` on."""
    parameters = {
        "REQUEST_METHOD": "GET",
        "REQUEST_URI": path,
        "QUERY_STRING": "",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "portal.example",
    }
    pairs = b"".join(bytes([len(name), len(value)]) + (name + value).encode() for name, value in parameters.items())
    records = [(BEGIN, struct.pack(">HB5x", 1, 0)), (PARAMETERS, pairs), (PARAMETERS, b""), (INPUT, b"")]
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(10)
        connection.connect(str(socket_path))
        connection.sendall(b"".join(struct.pack(">BBHHxx", 1, kind, 1, len(body)) + body for kind, body in records))
        stream = connection.makefile("rb")
        answer = b""
        while True:
            _, kind, _, length, padding = struct.unpack(">BBHHBx", stream.read(8))
            body = stream.read(length + padding)[:length]
            if kind == OUTPUT:
                answer += body
            elif kind == END:
                return answer
