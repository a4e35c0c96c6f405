"""The package in service on such a host, put there as the README says, with the service manager's part played here."""

import socket
import ssl
import subprocess
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from host import Host, free_port, wait_until
from messages import Messages
from portal import Portal
from sample_master import MASTER, Registrants
from visitor import Visitor

CAPTCHA = "TEST42"
CONF = "/etc/icegate/icegate.conf"
ACCOUNTS = ["portal", "loader", "migrator", "reader", "auditor", "keeper"]
REGISTRANTS = 80


class _OverTLS(urllib.request.HTTPSHandler):
    # Before the one that knows the authorities of this machine alone.
    handler_order = urllib.request.HTTPSHandler.handler_order - 1


class SecureVisitor(Visitor):
    def __init__(self, address: str, authority: Path):
        super().__init__(address)
        context = ssl.create_default_context(cafile=authority)
        self._opener.add_handler(_OverTLS(context=context))


@dataclass(frozen=True)
class SecurePortal(Portal):
    """As a browser that believes the host's own certificate sees it."""

    authority: Path

    def visitor(self) -> SecureVisitor:
        return SecureVisitor(self.address, self.authority)


class Service:
    """MariaDB, two processes of the portal on sockets that are kept, and nginx with its production file."""

    def __init__(self, host: Host):
        self.host = host
        self.port, self.probes = self._ports()
        self.sockets: dict[int, socket.socket] = {}
        self._settings()
        self._certificate()
        self.start_database()
        self._prepare_database()
        self._start_portals()
        self._start_nginx()
        messages = Messages(host.root / "var/lib/icegate-messages")
        wait_until(lambda: self.sql("SELECT COUNT(*) FROM outbox WHERE live = 1") == "0\n", 60)
        authority = host.root / "etc/icegate/tls/portal.crt"
        self.portal = SecurePortal(self.origin, messages, CAPTCHA, Registrants(messages), authority)
        wait_until(self.is_ready)

    @property
    def origin(self) -> str:
        return f"https://localhost:{self.port}"

    def _ports(self) -> tuple[int, int]:
        return free_port(), free_port()

    def _settings(self) -> None:
        host = self.host
        host.run("install", "-d", "-o", "icegate", "-g", "icegate", "/var/lib/icegate-messages")
        lines = [
            # Messages become files and captchas have an answer: what only development may.
            "ICEGATE_ENVIRONMENT=development",
            "COURIER_TRANSPORT=file",
            "COURIER_DIRECTORY=/var/lib/icegate-messages",
            f"CAPTCHA_TEST_ANSWER={CAPTCHA}",
            f"ICEGATE_ORIGIN={self.origin}",
            "DATABASE_SOCKET=/run/mysqld/mysqld.sock",
            "DATABASE_USER=icegate_portal",
            "DATABASE_PASSWORD_FILE=/etc/icegate/credentials/database-password",
            "KEY_FILE=/etc/icegate/keys",
            "FASTCGI_THREADS=8",
        ]
        for account in ACCOUNTS:
            path = "/etc/icegate/credentials/database-password" if account == "portal" else f"/etc/icegate/operators/{account}"
            host.write(path, f"{account}-password\n", 0o400, "icegate")
            if account != "portal":
                lines += [f"CTL_{account.upper()}_USER=icegate_{account}", f"CTL_{account.upper()}_PASSWORD_FILE={path}"]
        example = (host.root / CONF.lstrip("/")).read_text("utf-8")
        host.write(CONF, example + "\n" + "\n".join(lines) + "\n")

    def _certificate(self) -> None:
        self.host.run("install", "-d", "/etc/icegate/tls")
        tls = self.host.root / "etc/icegate/tls"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-days", "90"]
            + ["-addext", "subjectAltName=DNS:localhost", "-keyout", tls / "portal.key", "-out", tls / "portal.crt"],
            check=True, capture_output=True,
        )  # fmt: skip

    def start_database(self) -> None:
        self.host.run("install", "-d", "-o", "mysql", "-g", "mysql", "/run/mysqld")
        self.host.start(
            "mariadb", "mariadbd", "--user=mysql", "--skip-networking", "--log-bin=/var/lib/mysql/binlog",
            "--server-id=1", "--sync-binlog=1",
        )  # fmt: skip
        wait_until(lambda: "1" in self.host.run("mariadb", "-N", "-e", "SELECT 1", status=None), 60)

    def sql(self, statements: str, database: str = "icegate") -> str:
        return self.host.run("mariadb", "-N", database, text=statements)

    def _prepare_database(self) -> None:
        self.sql("CREATE DATABASE icegate CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci", "")
        passwords = ", ".join(f"@{account}_password = '{account}-password'" for account in ACCOUNTS)
        self.sql(f"SET {passwords}; SOURCE /usr/share/icegate/roles.sql;")
        self.ctl("migrate")
        rows = "".join(MASTER.read_text("utf-8").splitlines(keepends=True)[:REGISTRANTS])
        self.host.write("/var/lib/master.csv", rows)
        self.ctl("master", "load", "/var/lib/master.csv", "--mode=full", status=None)
        self.ctl("password", "issue", "--file", "/var/lib/master.csv", status=None)

    def ctl(self, *arguments: str, status: int | None = 0) -> str:
        return self.host.run("icegatectl", *arguments, status=status)

    def _listen(self, number: int) -> socket.socket:
        """As the socket unit does."""
        self.host.run("install", "-d", "/run/icegate")
        listener = socket.socket(socket.AF_UNIX)
        path = self.host.root / f"run/icegate/portal-{number}.sock"
        listener.bind(str(path))
        self.host.run("chown", "root:www-data", f"/run/icegate/portal-{number}.sock")
        path.chmod(0o660)
        listener.listen(511)
        return listener

    def _start_portals(self) -> None:
        for number in [1, 2]:
            self.sockets[number] = self._listen(number)
            self.start_portal(number)

    def start_portal(self, number: int) -> None:
        self.host.start(f"portal-{number}", "--userspec=icegate:icegate", "icegate-portal", stdin=self.sockets[number])

    def restart_portal(self, number: int) -> None:
        self.host.stop(f"portal-{number}")
        self.start_portal(number)

    def _site(self) -> str:
        """nginx's file as a site has it."""
        text = (self.host.root / "etc/icegate/nginx/portal.conf").read_text("utf-8").replace("portal.example", "localhost")
        # One visitor here stands for many.
        return text.replace("rate=20r/s", "rate=5000r/s").replace("rate=10r/m", "rate=5000r/s")

    def _start_nginx(self) -> None:
        text = self._site()
        for line, port in {"443 ssl": f"127.0.0.1:{self.port} ssl", "80": f"127.0.0.1:{free_port()}", "127.0.0.1:8091": f"127.0.0.1:{self.probes}", "127.0.0.1:8092": f"127.0.0.1:{free_port()}"}.items():
            text = text.replace(f"listen {line}", f"listen {port}")
        text = "".join(line for line in text.splitlines(keepends=True) if "listen [::]" not in line)
        self.host.write("/etc/icegate/nginx/site.conf", text)
        self.host.start("nginx", "nginx", "-c", "/etc/icegate/nginx/site.conf", "-g", "daemon off;")

    def is_ready(self) -> bool:
        try:
            return self.portal.visitor().get("/register").status == 200
        except OSError:
            return False

    def broken_invariants(self) -> str:
        return self.sql((self.host.root / "usr/share/icegate/invariants.sql").read_text("utf-8"))

    def close(self) -> None:
        for listener in self.sockets.values():
            listener.close()
