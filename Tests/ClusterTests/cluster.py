"""Three MariaDB servers in a Galera cluster, four processes of the portal and nginx, as script/cluster starts them."""

import csv
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from indexed_messages import IndexedMessages
from portal import Portal
from releases import CHECKOUT, Release
from sample_master import TEMPORARY_PASSWORD, Registrant

NODES = (1, 2, 3)
PORTALS = (1, 2, 3, 4)
# Of a generated master, the rows at its beginning whose pairs are for those who register.
FREE_PAIRS = 60_000


def wait_until(holds, seconds: float = 30, what: str = "it"):
    deadline = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < deadline, f"{what} did not happen within {seconds} s"
        time.sleep(0.1)
    return found


class Cluster:
    def __init__(self, directory: Path, port: int):
        self.directory = directory
        self._environment = os.environ | {
            "RUN_DIRECTORY": str(directory),
            "PORTAL_PORT": str(port),
            "CAPTCHA_TEST_ANSWER": "TEST42",
        }
        self._script("cluster", seconds=600)
        self._pairs = self._all_pairs()
        messages = IndexedMessages(directory / "messages")
        self.portal = Portal(f"http://127.0.0.1:{port}", messages, "TEST42", None)

    def _script(self, name: str, *arguments: str, seconds: float = 180, **settings: str) -> str:
        done = subprocess.run(
            [CHECKOUT / "script" / name, *arguments],
            env=self._environment | settings,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=seconds,
        )
        assert done.returncode == 0, f"{name} {arguments}: {done.returncode}: {done.stdout}{done.stderr}"
        return done.stdout

    # Parts

    def node(self, number: int, action: str) -> None:
        self._script("cluster", "--node", str(number), action)

    def nodes(self, numbers: tuple[int, ...], action: str) -> None:
        """Of several at once: none of them is asked to run before the others have come."""
        with ThreadPoolExecutor(len(numbers)) as pool:
            list(pool.map(lambda number: self.node(number, action), numbers))

    def process(self, number: int, action: str, **settings: str) -> None:
        """A process of the portal; `settings` of its own, beside those of the configuration."""
        self._script("cluster", "--portal", str(number), action, **settings)

    def portal_process(self, number: int) -> int:
        return int((self.directory / f"portal-{number}.process").read_text())

    def install(self, release: Release) -> None:
        """Puts its files in the place of those that are there: what runs goes on, what is started is the new one."""
        link = self.directory / "bin"
        link.unlink()
        link.symlink_to(release.programs)
        file = self.directory / "icegate.conf"
        lines = (line.partition("=") for line in file.read_text("utf-8").splitlines())
        new = (f"{name}={release.settings.get(name, value)}\n" for name, _, value in lines)
        file.write_text("".join(new), "utf-8")

    def restart_portals(self, release: Release) -> None:
        """One by one, each on its open socket."""
        for number in PORTALS:
            before = self.portal_process(number)
            self.process(number, "restart")
            after = wait_until(lambda: (now := self.portal_process(number)) != before and now, 30, "a portal's restart")
            wait_until(lambda: release.runs_as(after), 5, f"portal {number} of that release")

    def stop(self) -> None:
        self._script("cluster", "--stop")

    def become_whole(self) -> None:
        """All are one cluster again. A server that was silent for long may have given that up for good, as its log says then: it is
        started anew (sql/README.md)."""

        def is_whole() -> bool:
            for number in NODES:
                if (self.state(number) or {}).get("cluster_status") == "Disconnected":
                    print(f"server {number} gave its cluster up, and is started anew")
                    self.node(number, "kill")
                    self.node(number, "start")
            return self.is_whole()

        wait_until(is_whole, 120, "the cluster whole")

    def is_whole(self) -> bool:
        return all(
            self.state(number) == {"local_state_comment": "Synced", "cluster_status": "Primary", "cluster_size": "3"}
            for number in NODES
        )

    def state(self, number: int) -> dict[str, str] | None:
        """Of a server: what it says of itself; `None` when it does not answer."""
        names = ["local_state_comment", "cluster_status", "cluster_size"]
        listed = ",".join(f"'wsrep_{name}'" for name in names)
        try:
            rows = self.rows(number, f"SHOW GLOBAL STATUS WHERE variable_name IN ({listed})", seconds=3)
        except (AssertionError, subprocess.TimeoutExpired):
            return None
        return {name.removeprefix("wsrep_"): value for name, value in rows}

    def counter(self, name: str) -> int:
        """A status variable, added up over the servers."""
        return sum(int(self.rows(number, f"SHOW GLOBAL STATUS LIKE 'wsrep_{name}'")[0][1]) for number in NODES)

    # What is asked

    def server(self, number: int) -> Path:
        """The directory of a database server."""
        return self.directory / "galera" / f"node-{number}"

    def address(self, number: int) -> tuple[str, int]:
        """Where portals find a database server."""
        [[host, port]] = self.rows(number, "SELECT @@bind_address, @@port")
        return host, int(port)

    def client(self, number: int) -> list[str]:
        """The command of a client of a database server."""
        return ["mariadb", "--no-defaults", f"--socket={self.server(number) / 'mariadb.sock'}", "--user=root",
                "--connect-timeout=2", "--batch", "--skip-column-names", "icegate"]  # fmt: skip

    def sql(self, number: int, statement: str, seconds: float = 120) -> str:
        done = subprocess.run(
            self.client(number),
            input=statement,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=seconds,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def rows(self, number: int, statement: str, seconds: float = 120) -> list[list[str]]:
        return [line.split("\t") for line in self.sql(number, statement, seconds).splitlines()]

    def broken_invariants(self, number: int) -> list[list[str]]:
        return self.rows(number, (CHECKOUT / "sql" / "invariants.sql").read_text("utf-8"))

    def migrations(self, number: int) -> int:
        """How many have been applied on a server."""
        [[count]] = self.rows(number, "SELECT COUNT(*) FROM schema_migrations")
        return int(count)

    def checksums(self, number: int) -> dict[str, str]:
        """Of every table, when all that was committed anywhere has come here.

        Not by CHECKSUM TABLE: that counts what lies in a row's buffer behind a NULL.
        """
        columns: dict[str, list[str]] = {}
        for table, column in self.rows(
            number,
            "SELECT c.table_name, c.column_name FROM information_schema.columns c JOIN information_schema.tables t"
            " USING (table_schema, table_name) WHERE table_schema = 'icegate' AND table_type = 'BASE TABLE'"
            " ORDER BY table_name, ordinal_position",
        ):
            columns.setdefault(table, []).append(f"IFNULL(HEX(`{column}`), '-')")
        sums = " UNION ALL ".join(
            f"SELECT '{table}', CONCAT(COUNT(*), ' ', IFNULL(SUM(code), 0), ' ', BIT_XOR(code))"
            f" FROM (SELECT CRC32(CONCAT_WS(',', {', '.join(names)})) AS code FROM {table}) AS {table}"
            for table, names in columns.items()
        )
        return dict(self.rows(number, f"SET wsrep_sync_wait = 1; {sums}"))

    def differences(self) -> set[str]:
        """Tables that are not the same on every server."""
        with ThreadPoolExecutor(len(NODES)) as pool:
            found = list(pool.map(self.checksums, NODES))
        return {name for name in found[0] if len({sums[name] for sums in found}) > 1}

    def owes_nothing(self) -> bool:
        return self.sql(1, "SELECT COUNT(*) FROM outbox WHERE live = 1") == "0\n"

    def is_equal(self) -> bool:
        """Once nothing is owed any more: couriers write while they have something to send."""
        return self.owes_nothing() and not self.differences()

    def ctl(self, *arguments: str, **settings: str) -> str:
        return self._script("ctl", *arguments, seconds=300, **settings)

    # Registrants

    @staticmethod
    def generated_master(rows: int) -> str:
        generator = CHECKOUT / "sql" / "sample" / "generate-master.py"
        arguments = [sys.executable, generator, "--rows", str(rows)]
        return subprocess.run(arguments, check=True, capture_output=True, text=True, timeout=120).stdout

    def _all_pairs(self) -> list[str]:
        """Lines of a master whose pairs and contacts nobody has: what came to a mailbox before would be read as theirs."""
        taken = set(self.sql(1, "SELECT iec, email, mobile FROM master_entries").split())
        self._header, *lines = self.generated_master(FREE_PAIRS).splitlines()
        rows = csv.DictReader([self._header, *lines])
        valid = {"iec_status": "valid", "gstin_status": "ACT"}
        return [
            line
            for line, row in zip(lines, rows, strict=True)
            if taken.isdisjoint([row["iec"], row["email"], row["mobile"]]) and row.items() >= valid.items()
        ]

    def registrants(self, count: int) -> list[Registrant]:
        """Fresh ones, each with the temporary password that came to the mailbox."""
        lines, self._pairs = self._pairs[:count], self._pairs[count:]
        assert len(lines) == count, "the generated master has no fresh registrant left"
        file = self.directory / "pairs.csv"
        file.write_text("\n".join([self._header, *lines]) + "\n", "utf-8")
        self.ctl("master", "load", str(file), "--mode=delta")
        self.ctl("password", "issue", "--file", str(file))
        messages = self.portal.messages
        found = []
        for row in csv.DictReader([self._header, *lines]):
            messages.wait_for(row["email"], 1, 300)
            text = messages.to(row["email"])[0].read_text("utf-8")
            password = TEMPORARY_PASSWORD.search(text).group()
            found.append(Registrant(row["iec"], row["gstin"], row["email"], row["mobile"], password))
        return found

    def end_leases(self, number: int) -> None:
        """As if a minute had passed since a courier died."""
        self.sql(number, "UPDATE outbox SET next_attempt_at = UTC_TIMESTAMP(6) WHERE state = 'sending'")
