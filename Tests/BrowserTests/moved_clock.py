"""A set-up of its own whose clock the tests move: libfaketime stands between its programs and the kernel's clock.

The clock stands still at the microsecond that a test says. Rows are never changed; only the time is.
"""

import os
import shutil
import socket
import subprocess
from datetime import datetime, timedelta, timezone
from pathlib import Path

from database import Database
from messages import Messages
from portal import Portal
from sample_master import MASTER, Registrants

CHECKOUT = Path(__file__).parents[2]
REGISTRANTS = 200


class Clock:
    """MariaDB's clock, and the portal's, which is the same unless a test says otherwise."""

    def __init__(self, directory: Path):
        self._files = {name: directory / f"{name}.clock" for name in ["mariadbd", "icegate-portal"]}
        # As the kernel has it, until the set-up has started: mariadbd does not start on a clock that stands still.
        for file in self._files.values():
            file.write_text("+0\n")

    def environment(self, program: str) -> dict[str, str]:
        """What a program needs in order to live by this clock."""
        library = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
        return {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(self._files[program]),
            "FAKETIME_NO_CACHE": "1",
            # What only measures how long something takes goes on.
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "TZ": "UTC",
        }

    def set(self, moment: datetime, portal_is_ahead: timedelta = timedelta()) -> None:
        """Stops the clock at a moment, in UTC without saying so, as the database has it."""
        self.now = moment
        for name, time in [("mariadbd", moment), ("icegate-portal", moment + portal_is_ahead)]:
            # Renamed into place: the file is read whenever a program asks for the time.
            new = self._files[name].with_suffix(".new")
            # Half a microsecond more: libfaketime makes 56.999 microseconds of 57, and that is one too few.
            new.write_text(f"{time:%Y-%m-%d %H:%M:%S.%f}5\n")
            new.rename(self._files[name])

    def pass_by(self, **time: float) -> None:
        """Lets time pass, as `timedelta` takes it."""
        self.set(self.now + timedelta(**time))


class MovedClockSetUp:
    """script/server in a run directory of its own, with the programs that the other tests' set-up runs."""

    def __init__(self, run_directory: Path, built: Path, captcha: str):
        self._run_directory = run_directory
        self._commands = run_directory / "commands"
        self._captcha = captcha
        if run_directory.exists():
            self.stop()
            shutil.rmtree(run_directory)
        (self._commands / "bin").mkdir(parents=True)
        self.clock = Clock(run_directory)
        self._wrap("mariadbd", shutil.which("mariadbd", path=f"{os.environ['PATH']}:/usr/sbin"), self._commands)
        self._wrap("icegate-portal", str(built / "icegate-portal"), self._commands / "bin")
        # A temporary password for everybody takes the couriers longer than all tests: the first rows are enough.
        pairs = run_directory / "pairs.csv"
        pairs.write_text("".join(MASTER.read_text("utf-8").splitlines(keepends=True)[:REGISTRANTS]), "utf-8")
        self._write(
            self._commands / "bin" / "icegatectl",
            f'[ "$*" != "password issue --all" ] || set -- password issue --file "{pairs}"\n'
            f'exec "{built}/icegatectl" "$@"',
        )
        # All is built, and a compiler had better not see this clock.
        answer = f'case "$*" in *--show-bin-path*) echo "{self._commands}/bin" ;; esac'
        self._write(self._commands / "swift", answer)
        port, messages_port = self._free_port(), self._free_port()
        self._server("--detach", PORTAL_PORT=str(port), MESSAGES_PORT=str(messages_port))
        self.database = Database(run_directory / "mariadb" / "mariadb.sock")
        messages = Messages(run_directory / "messages")
        self.portal = Portal(f"http://127.0.0.1:{port}", messages, captcha, Registrants(messages))
        # Some time after everything that the set-up wrote.
        self.beginning = datetime.now(timezone.utc).replace(tzinfo=None, microsecond=0) + timedelta(minutes=5)

    def stop(self) -> None:
        files = [self._run_directory / "portal.pid", self._run_directory / "mariadb" / "mariadb.pid"]
        processes = [file.read_text().split()[0] for file in files if file.exists()]
        self._server("--stop")
        # libfaketime leaves them behind.
        for process in processes:
            for name in [f"faketime_shm_{process}", f"sem.faketime_sem_{process}"]:
                Path("/dev/shm", name).unlink(missing_ok=True)

    def _server(self, option: str, **ports: str) -> None:
        done = subprocess.run(
            [CHECKOUT / "script" / "server", option],
            env=os.environ
            | {
                "PATH": f"{self._commands}:{os.environ['PATH']}",
                "RUN_DIRECTORY": str(self._run_directory),
                "CAPTCHA_TEST_ANSWER": self._captcha,
            }
            | ports,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stdout

    def _wrap(self, name: str, program: str, directory: Path) -> None:
        variables = " ".join(f"{key}='{value}'" for key, value in self.clock.environment(name).items())
        # libfaketime adds a variable to the first process that has it, where Swift then finds no arguments: that is env.
        self._write(directory / name, f"export {variables}\nexec env '{program}' \"$@\"")

    @staticmethod
    def _write(file: Path, command: str) -> None:
        file.write_text(f"#!/bin/sh\n{command}\n")
        file.chmod(0o755)

    @staticmethod
    def _free_port() -> int:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            return listener.getsockname()[1]
