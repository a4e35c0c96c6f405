"""The package in service on a host with systemd, put there as the README says, by systemctl alone."""

import json
import urllib.request

from booted_host import BootedHost
from service import Service

UNITS = [f"icegate-portal@{number}.{kind}" for kind in ["socket", "service"] for number in [1, 2]]
TIMERS = ["icegate-audit-seal.timer", "icegate-audit-verify.timer", "icegate-cleanup.timer"]
NGINX = """[Service]
ExecStartPre=
ExecStart=
ExecStart=/usr/sbin/nginx -c /etc/icegate/nginx/portal.conf
ExecReload=
ExecReload=/usr/sbin/nginx -c /etc/icegate/nginx/portal.conf -s reload
"""


class BootedService(Service):
    host: BootedHost

    @property
    def origin(self) -> str:
        return "https://localhost"

    def _ports(self) -> tuple[int, int]:
        return 443, 8091

    def start_database(self) -> None:
        self.host.write("/etc/mysql/mariadb.conf.d/90-log.cnf", "[mariadbd]\nlog-bin\nsync-binlog=1\n")
        self.host.run("systemctl", "restart", "mariadb")

    def _start_portals(self) -> None:
        # Messages become files here, which no service in production writes.
        self.host.write("/etc/systemd/system/icegate-portal@.service.d/messages.conf", "[Service]\nReadWritePaths=/var/lib/icegate-messages\n")
        self.host.run("systemctl", "daemon-reload")
        self.host.run("icegate-portal", "--check")
        self.host.run("systemctl", "enable", "--now", *UNITS, *TIMERS)

    def start_portal(self, number: int) -> None:
        self.host.run("systemctl", "start", f"icegate-portal@{number}.service")

    def restart_portal(self, number: int) -> None:
        self.host.run("systemctl", "restart", f"icegate-portal@{number}.service")

    def main_process(self, number: int) -> int:
        """Its number on the host; 0 where there is none."""
        return int(self.host.show(f"icegate-portal@{number}.service", "MainPID"))

    def _start_nginx(self) -> None:
        self.host.write("/etc/icegate/nginx/portal.conf", self._site())
        self.host.run("nginx", "-t", "-c", "/etc/icegate/nginx/portal.conf")
        self.host.write("/etc/systemd/system/nginx.service.d/override.conf", NGINX)
        self.host.run("systemctl", "daemon-reload")
        self.host.run("systemctl", "restart", "nginx")

    def answers(self, number: int) -> bool:
        """Whether this very process does."""
        try:
            return self.probe(number, "/healthz") != ""
        except OSError:
            return False

    def probe(self, number: int, path: str) -> str:
        """What this very process says on its port."""
        with urllib.request.urlopen(f"http://127.0.0.1:{8090 + number}{path}", timeout=60) as answer:
            return answer.read().decode()

    def journal(self, number: int) -> list[dict]:
        """What it logged, by its fields."""
        lines = self.host.run("journalctl", "--output=json", f"--unit=icegate-portal@{number}.service")
        return [json.loads(line) for line in lines.splitlines()]

    def inside(self, number: int, command: str, user: str = "icegate") -> str:
        """What a command of the shell prints that sees what this process sees."""
        enter = ["nsenter", f"--target={self.main_process(number)}", "--mount", "--root", "--"]
        become = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"]
        return self.host.run(*enter, *become, "sh", "-c", command, status=None)
