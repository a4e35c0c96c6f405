"""script/server's set-up in a folder of its own, with the programs as they are released."""

import os
import shutil
import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
sys.path += [str(CHECKOUT / "Tests" / "BrowserTests")]

from messages import Messages
from portal import Portal
from sample_master import Registrants

CAPTCHA = "TEST42"


def free_ports(count: int) -> list[int]:
    """All at once: one that is let go may be given again."""
    with ExitStack() as held:
        listeners = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [listener.getsockname()[1] for listener in listeners]


class ReleaseSetUp:
    """A portal that nobody has used yet. What a run that was killed left there is stopped and removed first.

    `database_options`: for mariadbd, beside those that script/server gives. `threads`: of the portal.
    """

    def __init__(self, directory: Path, database_options: str = "", threads: int = 40):
        self.directory = directory
        self._environment = os.environ | {"RUN_DIRECTORY": str(directory)}
        self.stop()
        shutil.rmtree(directory, ignore_errors=True)
        commands = directory / "commands"
        commands.mkdir(parents=True)
        mariadbd = shutil.which("mariadbd", path=f"{os.environ['PATH']}:/usr/sbin")
        (commands / "mariadbd").write_text(f'#!/bin/sh\nexec {mariadbd} "$@" {database_options}\n')
        (commands / "mariadbd").chmod(0o755)
        port, messages_port = free_ports(2)
        self._environment |= {
            "PATH": f"{commands}:{os.environ['PATH']}",
            "BUILD_CONFIGURATION": "release",
            "CAPTCHA_TEST_ANSWER": CAPTCHA,
            "FASTCGI_THREADS": str(threads),
            "PORTAL_PORT": str(port),
            "MESSAGES_PORT": str(messages_port),
        }
        self.database_socket = directory / "mariadb" / "mariadb.sock"
        messages = Messages(directory / "messages")
        self.portal = Portal(f"http://127.0.0.1:{port}", messages, CAPTCHA, Registrants(messages))

    def start(self) -> None:
        self._server("--detach")

    def stop(self) -> None:
        self._server("--stop")

    def _server(self, option: str) -> None:
        script = CHECKOUT / "script" / "server"
        subprocess.run([script, option], env=self._environment, check=True, stdout=subprocess.DEVNULL, timeout=900)
