"""MariaDB, the portal and its couriers with transports that lead to this test's servers; no nginx, no files."""

import json
import os
import secrets
import shutil
import signal
import statistics
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import fastcgi
from mail_relay import MailRelay
from releases import CHECKOUT, Release
from sms_gateway import SMSGateway

NUMBERS = iter(range(9000000001, 9000100000))


def number() -> str:
    """A number that no other test uses."""
    return str(next(NUMBERS))


def wait_until(holds, seconds: float = 10):
    deadline = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)
    return found


class Clock:
    """A clock that a program lives by, ahead of the kernel's or behind it (libfaketime)."""

    def __init__(self, file: Path):
        self._file = file
        self.set("+0")

    def set(self, difference: str) -> None:
        self._file.write_text(f"{difference}\n")

    @property
    def environment(self) -> dict[str, str]:
        return {
            "LD_PRELOAD": str(next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }


class SetUp:
    """`moves_clock`: MariaDB lives by `clock`, which a test moves."""

    def __init__(self, directory: Path, built: Path, moves_clock: bool = False):
        self.directory = directory
        self.release = Release(CHECKOUT, built.resolve())
        self._commands = directory / "commands"
        self._portal: subprocess.Popen | None = None
        self._key = secrets.token_hex(32)
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir(mode=0o700, parents=True)
        self.clock = Clock(directory / "clock")
        if moves_clock:
            self._commands.mkdir()
            variables = " ".join(f"{name}='{value}'" for name, value in self.clock.environment.items())
            mariadbd = self._commands / "mariadbd"
            program = shutil.which("mariadbd", path=f"{os.environ['PATH']}:/usr/sbin")
            mariadbd.write_text(f'#!/bin/sh\nexport {variables}\nexec {program} "$@"\n')
            mariadbd.chmod(0o755)
        self.start_database()
        passwords = ", ".join(f"@{role}_password = 'x'" for role in ["portal", "loader", "migrator", "reader", "auditor", "keeper"])
        roles = (CHECKOUT / "sql" / "roles.sql").read_text("utf-8")
        self.sql(f"CREATE DATABASE icegate CHARACTER SET utf8mb4; USE icegate; SET {passwords}; {roles}", database="")
        self.configure()
        self.ctl("migrate")

    # Processes

    def start_database(self) -> None:
        self._mariadb("mariadb_start")

    def stop_database(self) -> None:
        self._mariadb("mariadb_stop")

    def _mariadb(self, command: str) -> None:
        script = f'source script/lib/mariadb.sh; {command} "{self.directory / "mariadb"}"'
        path = f"{self._commands}:{os.environ['PATH']}"
        subprocess.run(["bash", "-c", script], cwd=CHECKOUT, check=True, timeout=120, env=os.environ | {"PATH": path})

    def start_portal(self, environment: dict[str, str] | None = None) -> None:
        self._portal = self._start("portal", environment)
        wait_until(lambda: (self.directory / "portal.sock").exists() and b" started" in self.log[self._logged :])

    @property
    def log(self) -> bytes:
        file = self.directory / "portal.log"
        return file.read_bytes() if file.exists() else b""

    def start_second_portal(self, release: Release | None = None) -> subprocess.Popen:
        """Another one on the same database, to be ended by who starts it."""
        release = release or self.release
        environment = release.settings | {"FASTCGI_SOCKET": str(self.directory / "second.sock")}
        return self._start("second", environment, release)

    def _start(self, name: str, environment: dict[str, str] | None, release: Release | None = None) -> subprocess.Popen:
        programs = (release or self.release).programs
        log = (self.directory / f"{name}.log").open("ab")
        return subprocess.Popen(
            # libfaketime adds a variable to the first process that has it, where Swift then finds no arguments: that is env.
            ["env", programs / "icegate-portal", "--config", self.directory / "icegate.conf"],
            env=os.environ | (environment or {}),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )

    _logged = 0

    def kill_portal(self) -> None:
        """As the kernel does it to a process that needs too much memory: no chance to tidy up."""
        self._end_portal(signal.SIGKILL)

    def stop_portal(self) -> None:
        self._end_portal(signal.SIGTERM)

    @property
    def portal_process(self) -> int:
        return self._portal.pid

    def signal_portal(self, number: int) -> None:
        self._portal.send_signal(number)

    def _end_portal(self, number: int) -> None:
        if self._portal is None:
            return
        self._portal.send_signal(number)
        self._portal.wait(timeout=60)
        self._portal = None
        (self.directory / "portal.sock").unlink(missing_ok=True)
        self._logged = len(self.log)

    def stop(self) -> None:
        self.stop_portal()
        self.stop_database()

    # Settings

    def configure(self, relay: MailRelay | None = None, gateway: SMSGateway | None = None, **changes: str) -> None:
        keys = self.directory / "keys"
        if not keys.exists():
            keys.touch(mode=0o600)
            keys.write_text(f"1:{self._key}\n")
        settings = {
            "ICEGATE_ENVIRONMENT": "development",
            "ICEGATE_ORIGIN": "https://portal.example",
            "DATABASE_SOCKET": str(self.directory / "mariadb" / "mariadb.sock"),
            "DATABASE_USER": "icegate_portal",
            "DATABASE_PASSWORD": "x",
            "CTL_MIGRATOR_USER": "icegate_migrator",
            "CTL_MIGRATOR_PASSWORD": "x",
            "CTL_KEEPER_USER": "icegate_keeper",
            "CTL_KEEPER_PASSWORD": "x",
            "KEY_FILE": str(keys),
            "FASTCGI_SOCKET": str(self.directory / "portal.sock"),
            "FASTCGI_THREADS": "4",
            "HASH_CONCURRENCY": "1",
            "COURIER_TRANSPORT": "gateways",
            "COURIER_THREADS": "3",
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(relay.port if relay else 1),
            "SMTP_TLS": "none",
            "SMTP_TIMEOUT_SECONDS": "4",
            "MAIL_FROM": "noreply@portal.example",
            "SMS_GATEWAY": "form",
            "SMS_TIMEOUT_SECONDS": "2",
            "SMS_SLOW_SECONDS": "1",
            "SMS_FORM_URL": f"http://127.0.0.1:{gateway.port if gateway else 1}/sms",
            "SMS_FORM_FIELDS": "to=91{number}&text={text}&key={secret}",
            "SMS_FORM_SECRET": "gateway-secret",
            "SMS_FORM_ACCEPTED": "status=ok",
            "SMS_FORM_FINAL": "status=invalid",
            "SMS_FORM_THROTTLED": "status=limit",
        } | self.release.settings | changes
        (self.directory / "icegate.conf").write_text(
            "".join(f'{key}="{value}"\n' for key, value in settings.items())
        )

    def runs_with(self, *servers) -> bool:
        return self._portal is not None and self._servers == servers

    def restart(self, relay: MailRelay | None, gateway: SMSGateway | None, **changes: str) -> None:
        self.stop_portal()
        self._servers = (relay, gateway, *changes)
        self.configure(relay, gateway, **changes)
        self.start_portal()

    # What is asked

    def ctl(self, *arguments: str, status: int | None = 0) -> str:
        done = subprocess.run(
            [self.release.programs / "icegatectl", *arguments, "--config", self.directory / "icegate.conf"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=90,
        )
        assert status is None or done.returncode == status, f"{done.returncode}: {done.stdout}{done.stderr}"
        return done.stdout

    def check(self, status: int = 0) -> str:
        """`icegate-portal --check`: what it prints."""
        done = subprocess.run(
            [self.release.programs / "icegate-portal", "--check", "--config", self.directory / "icegate.conf"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=30,
        )
        assert done.returncode == status, f"{done.returncode}: {done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def send(
        self, email: str | None = None, sms: str | None = None, wait: int = 0, status: int | None = None, language="en"
    ) -> list[dict]:
        """`icegatectl delivery test`: the messages as they stand when it is over."""
        arguments = ["delivery", "test", "--json", "--wait", str(wait), "--language", language]
        arguments += ["--email", email] if email else []
        arguments += ["--sms", sms] if sms else []
        return json.loads(self.ctl(*arguments, status=status))["messages"]

    def page_time(self) -> float:
        """The median of the seconds that a page takes."""
        times = []
        for _ in range(25):
            started = time.monotonic()
            assert fastcgi.get(self.directory / "portal.sock", "/register").startswith(b"Status: 200")
            times.append(time.monotonic() - started)
        return statistics.median(times)

    def owe(self, count: int, prefix: str, channel: str = "email", priority: int = 0) -> None:
        """Puts messages with codes into the outbox, one to each of so many addresses or numbers."""
        recipient = f"CONCAT('{prefix}', seq, '@example.in')" if channel == "email" else f"{prefix} + seq"
        self.sql(
            f"""INSERT INTO outbox (template, channel, recipient, language, nonce, key_id, priority, created_at,
                    next_attempt_at, useful_until)
                SELECT 'one-time-password', '{channel}', {recipient}, 'en', RANDOM_BYTES(16), 1, {priority},
                    UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL 1 HOUR FROM seq_1_to_{count}"""
        )

    @contextmanager
    def held(self, id: int) -> Iterator[None]:
        """Keeps the row of a message locked."""
        client = subprocess.Popen(self._client("icegate"), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        client.stdin.write(f"BEGIN; SELECT id FROM outbox WHERE id = {id} FOR UPDATE;\n".encode())
        client.stdin.flush()
        try:
            assert client.stdout.readline()
            yield
        finally:
            client.communicate(timeout=10)

    def end_leases(self) -> None:
        """As if a minute had passed since a courier died."""
        self.sql("UPDATE outbox SET next_attempt_at = UTC_TIMESTAMP(6) WHERE state = 'sending'")

    def states(self, prefix: str) -> dict[str, int]:
        rows = self.rows(f"SELECT state, COUNT(*) FROM outbox WHERE recipient LIKE '{prefix}%' GROUP BY state")
        return {state: int(count) for state, count in rows}

    def message(self, id: int) -> dict[str, str]:
        row = self.rows(f"SELECT state, attempts, IFNULL(gateway, ''), IFNULL(reply, '') FROM outbox WHERE id = {id}")[0]
        return dict(zip(["state", "attempts", "gateway", "reply"], row))

    def wait_for_answer(self, id: int) -> dict[str, str]:
        """Of a relay or gateway that did not take it."""
        wait_until(lambda: self.message(id)["reply"])
        return self.message(id)

    def wait_for(self, id: int, state: str, seconds: float = 20) -> dict[str, str]:
        wait_until(lambda: self.message(id)["state"] == state, seconds)
        return self.message(id)

    def rows(self, statement: str) -> list[list[str]]:
        return [line.split("\t") for line in self.sql(statement).splitlines()]

    def _client(self, database: str) -> list[str]:
        options = ["--batch", "--skip-column-names", "--unbuffered", "--default-character-set=utf8mb4"]
        options += [f"--database={database}"] if database else []
        return ["mariadb", "--no-defaults", f"--socket={self.directory / 'mariadb' / 'mariadb.sock'}", "--user=root", *options]

    def sql(self, statement: str, database: str = "icegate") -> str:
        done = subprocess.run(
            self._client(database),
            input=statement,
            capture_output=True,
            encoding="utf-8",
            # Nonces and hashes are bytes.
            errors="replace",
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout
