"""A proxy before MariaDB's socket that carries a COMMIT through and loses its answer, with the connection.

The protocol of client and server: packets of three bytes of length, one of number, then the command; 3 is a statement as
text (https://mariadb.com/kb/en/clientserver-protocol/).
"""

import socket
import threading
from pathlib import Path


class CommitProxy:
    def __init__(self, server: Path, path: Path):
        self.path = path
        self.lost = False
        self._server = server
        self._left = 0
        self._lock = threading.Lock()
        path.unlink(missing_ok=True)
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen(64)
        threading.Thread(target=self._accept, daemon=True).start()

    def lose_answer_to_commit(self, number: int) -> None:
        """The n-th from now on of whatever connection; 0 for none."""
        with self._lock:
            self._left, self.lost = number, False

    def stop(self) -> None:
        self._listener.close()
        self.path.unlink(missing_ok=True)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            server.connect(str(self._server))
            loses = threading.Event()
            threading.Thread(target=self._from_client, args=(client, server, loses), daemon=True).start()
            threading.Thread(target=self._from_server, args=(client, server, loses), daemon=True).start()

    def _from_client(self, client: socket.socket, server: socket.socket, loses: threading.Event) -> None:
        try:
            while data := client.recv(1_000_000):
                # A client sends one command and waits: a COMMIT stands at the beginning of what comes.
                if data[4:5] == b"\x03" and data[5:11].upper() == b"COMMIT":
                    with self._lock:
                        self._left -= 1
                        if self._left == 0:
                            loses.set()
                server.sendall(data)
        except OSError:
            pass
        self._end(client, server)

    def _from_server(self, client: socket.socket, server: socket.socket, loses: threading.Event) -> None:
        try:
            while data := server.recv(1_000_000):
                if loses.is_set():
                    self.lost = True
                    break
                client.sendall(data)
        except OSError:
            pass
        self._end(client, server)

    @staticmethod
    def _end(*connections: socket.socket) -> None:
        for connection in connections:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
