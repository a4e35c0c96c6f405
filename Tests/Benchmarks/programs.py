"""The portal and its peers behind one nginx, before one MariaDB, private to a folder."""

import grp
import http.client
import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import time
import urllib.parse
from pathlib import Path

import load
from derived import Keys
from release_set_up import CHECKOUT, free_ports

PEERS = Path(__file__).parent / "peers"
THREADS = 16
BACKLOG = 511


def started(process: int) -> str:
    """When it did, in the words of the kernel; empty for one that is not there."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2].split()[19]
    except OSError:
        return ""


class Programs:
    """`built`: the directory with icegate-portal and icegatectl. What a run that was killed left there is removed."""

    names = ["portal", "C", "PHP"]

    def __init__(self, directory: Path, built: Path):
        self.directory = directory
        self._built = built
        self._processes: dict[str, subprocess.Popen] = {}
        self.stop()
        shutil.rmtree(directory, ignore_errors=True)
        (directory / "nginx").mkdir(parents=True)
        # MariaDB reads rows from files here.
        directory.chmod(0o711)
        self.keys = self._write_keys()
        # "bare": nginx with files alone.
        served = [*self.names, "bare"]
        self.ports = dict(zip(served, free_ports(len(served)), strict=True))
        self.origin = f"http://127.0.0.1:{self.ports['portal']}"

    def address(self, name: str, path: str = "") -> str:
        return f"http://127.0.0.1:{self.ports[name]}{path}"

    def socket(self, name: str) -> Path:
        return self.directory / f"{name}.sock"

    @property
    def messages(self) -> Path:
        return self.directory / "messages"

    # MariaDB

    @property
    def database_socket(self) -> Path:
        return self.directory / "mariadb" / "mariadb.sock"

    def start_database(self, *options: str) -> None:
        self._mariadb("mariadb_start", *options)
        passwords = ", ".join(
            f"@{role}_password = 'bench'" for role in ["portal", "loader", "migrator", "reader", "auditor", "keeper"]
        )
        roles = (CHECKOUT / "sql" / "roles.sql").read_text("utf-8")
        self.sql(f"CREATE DATABASE icegate CHARACTER SET utf8mb4; USE icegate; SET {passwords}; {roles}", database="")
        self._configure()
        self.ctl("migrate")
        self.sql(
            "INSERT INTO master_loads (id, file_name, mode, loaded_by, started_at, state)"
            " VALUES (1, 'bench', 'full', 'bench', UTC_TIMESTAMP(6), 'applied'); UPDATE master_state SET current_load = 1;"
            # Beyond the numbers of those that are prepared.
            " ALTER TABLE registrations AUTO_INCREMENT = 1000000000000"
        )

    def _mariadb(self, command: str, *options: str) -> None:
        script = f'source script/lib/mariadb.sh; {command} "$0" "$@"'
        subprocess.run(["bash", "-c", script, self.directory / "mariadb", *options], cwd=CHECKOUT, check=True, timeout=120)

    @property
    def database_process(self) -> int:
        return int((self.directory / "mariadb" / "mariadb.pid").read_text())

    def sql(self, statement: str, database: str = "icegate", timeout: int = 60) -> str:
        command = ["mariadb", "--no-defaults", f"--socket={self.database_socket}", "--user=root", "--batch", "--skip-column-names"]
        done = subprocess.run(
            [*command, f"--database={database}"] if database else command,
            input=statement, capture_output=True, encoding="utf-8", errors="replace", timeout=timeout,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def load_rows(self, table: str, columns: str, file: Path) -> None:
        file.chmod(0o644)
        self.sql(f"LOAD DATA INFILE '{file}' INTO TABLE {table} CHARACTER SET ascii {columns}")

    # The portal

    def _write_keys(self) -> Keys:
        file = self.directory / "keys"
        file.touch(mode=0o600)
        file.write_text(f"1:{secrets.token_hex(32)}\n")
        return Keys(file)

    def _configure(self) -> None:
        resources = CHECKOUT / "Sources" / "Portal" / "Resources"
        settings = {
            "ICEGATE_ENVIRONMENT": "development",
            "ICEGATE_ORIGIN": self.origin,
            "DATABASE_SOCKET": self.database_socket,
            "DATABASE_USER": "icegate_portal",
            "DATABASE_PASSWORD": "bench",
            "CTL_MIGRATOR_USER": "icegate_migrator",
            "CTL_MIGRATOR_PASSWORD": "bench",
            "CTL_LOADER_USER": "icegate_loader",
            "CTL_LOADER_PASSWORD": "bench",
            "FASTCGI_SOCKET": self.socket("portal"),
            "FASTCGI_SOCKET_GROUP": grp.getgrgid(os.getgid()).gr_name,
            "FASTCGI_THREADS": THREADS,
            "KEY_FILE": self.directory / "keys",
            "TEMPLATES_DIRECTORY": resources / "Templates",
            "LOCALES_DIRECTORY": resources / "Locales",
            "ASSETS_DIRECTORY": CHECKOUT / "nginx" / "assets",
            "RECORDINGS_DIRECTORY": CHECKOUT / "Sources" / "Captcha" / "Recordings",
            "MIGRATIONS_DIRECTORY": CHECKOUT / "sql" / "migrations",
            "COURIER_TRANSPORT": "file",
            "COURIER_DIRECTORY": self.messages,
        }
        self.messages.mkdir()
        file = self.directory / "icegate.conf"
        file.touch(mode=0o600)
        file.write_text("".join(f"{key}={value}\n" for key, value in settings.items()))

    def ctl(self, *arguments: str) -> None:
        command = [self._built / "icegatectl", *arguments, "--config", self.directory / "icegate.conf"]
        subprocess.run(command, check=True, capture_output=True, timeout=120)

    def start_portal(self) -> None:
        # The file of a socket outlives who listened there.
        self.socket("portal").unlink(missing_ok=True)
        self._start("portal", [self._built / "icegate-portal", "--config", self.directory / "icegate.conf"])
        self._wait_for_socket("portal")

    # The peers

    def start_peers(self, form: bytes, refused: bytes) -> None:
        """Both pages as the portal sends them become the templates of its peers: same bytes, same gaps."""
        pages = self.directory / "pages"
        pages.mkdir()
        for name, page in [("form", form), ("refused", refused)]:
            text = self._marked(page.decode())
            (pages / f"{name}.html").write_text(text)
            (pages / f"{name}.php").write_text(re.sub(r"\{\{(\w+)\}\}", r"<?= e($\1) ?>", text))
        statements = re.findall(r"^-- (\w+)\n((?:[^\n]+\n)+)", (PEERS / "statements.sql").read_text(), re.MULTILINE)
        lines = [f"STATEMENT({name}, {json.dumps(text.strip())})\n" for name, text in statements]
        (pages / "statements.h").write_text("".join(lines))
        lines = [f"{json.dumps(name)} => <<<'SQL'\n{text}SQL,\n" for name, text in statements]
        (pages / "statements.php").write_text(f"<?php return [\n{''.join(lines)}];\n")
        environment = {
            "PEER_ORIGIN": self.origin,
            "PEER_KEY": self.keys.hexadecimal,
            "PEER_PAGES": str(pages),
            "DATABASE_SOCKET": str(self.database_socket),
            "DATABASE_PASSWORD": "bench",
        }
        self._start_c(environment | {"PEER_SOCKET": str(self.socket("C"))})
        self._start_php(environment)

    @staticmethod
    def _marked(page: str) -> str:
        """A page of the portal with marks in place of what is of one visitor."""
        tokens = re.findall(r'name="(?:form|captcha)_token" value="([0-9a-f]+)"', page)
        marks = ["language_token", "form_token", "captcha_token"]
        assert len(tokens) == len(marks), tokens
        for token, mark in zip(tokens, marks):
            page = page.replace(token, f"{{{{{mark}}}}}")
        for field in ["iec", "gstin"]:
            page, count = re.subn(f'(name="{field}" value=")[^"]*', rf"\1{{{{{field}}}}}", page)
            assert count == 1, field
        return page

    def _start_c(self, environment: dict[str, str]) -> None:
        program = self.directory / "peer"
        flags = subprocess.run(
            ["pkg-config", "--cflags", "gdlib", "libmariadb", "libsodium"], check=True, capture_output=True, text=True
        ).stdout.split()
        # No fused multiply and add: Swift makes none, and both are to draw the same.
        command = ["cc", "-O2", "-ffp-contract=off", "-Wall", "-Wextra", "-Werror", f"-I{self.directory / 'pages'}", *flags]
        command += [PEERS / "peer.c", PEERS / "captcha.c", "-o", program]
        subprocess.run([*command, "-lfcgi", "-lgd", "-lm", "-lmariadb", "-lsodium", "-lpthread"], check=True, timeout=120)
        self._start("C", [program], environment)
        self._wait_for_socket("C")

    def _start_php(self, environment: dict[str, str]) -> None:
        variables = "".join(f'env[{name}] = "{value}"\n' for name, value in environment.items())
        pool = self.directory / "php-fpm.conf"
        pool.touch(mode=0o600)
        pool.write_text(
            f"[global]\nerror_log = {self.directory}/php-fpm.log\ndaemonize = no\n"
            f"[peer]\nlisten = {self.socket('PHP')}\nlisten.backlog = {BACKLOG}\n"
            f"pm = static\npm.max_children = {THREADS}\n"
            f"security.limit_extensions = .php\n{variables}"
        )
        settings = {
            "opcache.enable": "1", "opcache.validate_timestamps": "0", "output_buffering": "65536", "expose_php": "0",
            "display_errors": "0", "log_errors": "1", "error_log": f"{self.directory}/php-errors.log",
        }  # fmt: skip
        options = [word for name, value in settings.items() for word in ["-d", f"{name}={value}"]]
        # -R: as whoever runs this, root included.
        program = shutil.which("php-fpm8.2", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
        assert program
        self._start("PHP", [program, "-F", "-R", "-y", pool, *options])
        self._wait_for_socket("PHP")

    # nginx

    def start_nginx(self) -> None:
        nginx = self.directory / "nginx"
        (nginx / "snippets").symlink_to(CHECKOUT / "nginx" / "snippets")
        delivered = (CHECKOUT / "nginx" / "upstream.conf").read_text()
        upstream = re.search(r"^upstream portal \{\n(.*?)\n\}", delivered, re.DOTALL | re.MULTILINE)
        assert upstream
        # As it is delivered, with one server: whether connections are kept stands there.
        first, *others = re.findall(r"^ *server unix:[^;]*;\n?", upstream[1], re.MULTILINE)
        text = upstream[1].replace(first, re.sub(r"unix:[^\s;]+", f"unix:{self.socket('portal')}", first))
        for other in others:
            text = text.replace(other, "")
        upstreams = f"upstream portal {{\n{text}\n}}\n"
        forward = (CHECKOUT / "nginx" / "snippets" / "forward.conf").read_text()
        servers = ""
        for name in self.names:
            include = "snippets/forward.conf"
            if name != "portal":
                # The same for its peers, but that one thread or child would be held by each kept connection.
                text, count = re.subn(r"fastcgi_pass\s+portal;", f"fastcgi_pass peer_{name};", forward)
                assert count == 1
                text, count = re.subn(r"fastcgi_keep_conn\s+\w+;", "fastcgi_keep_conn off;", text)
                assert count == 1
                text += f"fastcgi_param SCRIPT_FILENAME {PEERS}/peer.php;\n" if name == "PHP" else ""
                (nginx / f"{name}.conf").write_text(text)
                upstreams += f'upstream peer_{name} {{\nserver "unix:{self.socket(name)}";\n}}\n'
                include = f"{name}.conf"
            servers += f"""
    server {{
        listen 127.0.0.1:{self.ports[name]} backlog=511;
        server_name 127.0.0.1;
        root "{CHECKOUT}/nginx";
        include snippets/error-pages.conf;
        add_header Strict-Transport-Security $strict_transport_security always;
        location / {{
            if ($method_is_refused) {{
                return 405;
            }}
            include {include};
        }}
        location /assets/ {{
            try_files $uri =404;
            include snippets/static-headers.conf;
            add_header Cache-Control "public, max-age=31536000, immutable";
        }}
    }}
"""
        servers += f"""
    server {{
        listen 127.0.0.1:{self.ports["bare"]} backlog=511;
        root "{CHECKOUT}/nginx";
    }}
"""
        temporary = "".join(
            f'{module}_temp_path "{nginx}/{module}";\n' for module in ["fastcgi", "proxy", "scgi", "uwsgi"]
        )
        # nginx/portal.conf without TLS and without limits of one address, from which all of this comes.
        (nginx / "nginx.conf").write_text(
            f"""{"user root;" if os.getuid() == 0 else ""}
worker_processes 2;
worker_rlimit_nofile 4096;
daemon off;
pid "{nginx}/nginx.pid";
error_log "{nginx}/error.log" warn;
events {{
    worker_connections 2048;
}}
http {{
    include snippets/http.conf;
    access_log "{nginx}/access.log" portal;
    client_body_temp_path "{nginx}/body";
    {temporary}
    {upstreams}
    {servers}
}}
"""
        )
        self._start("nginx", ["nginx", "-p", nginx, "-c", nginx / "nginx.conf", "-e", nginx / "error.log"])
        # With its two workers, whose CPU is counted too.
        self._wait(lambda: (nginx / "nginx.pid").exists() and len(self.processes("nginx")) == 3, "nginx")
        self.log = load.AccessLog(nginx / "access.log")

    def ask(
        self, path: str, session: str = "", fields: dict[str, str] | None = None, source: str = "127.0.0.1", name: str = "portal"
    ) -> tuple[int, bytes]:
        """Status and body of a program's answer to a browser that has a session, at an address of 127.0.0.0/8."""
        connection = http.client.HTTPConnection("127.0.0.1", self.ports[name], timeout=60, source_address=(source, 0))
        headers = {"Cookie": f"icegate_session={session}"} if session else {}
        if fields:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request("POST" if fields else "GET", path, urllib.parse.urlencode(fields) if fields else None, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()

    # Processes

    def processes(self, name: str) -> list[int]:
        return load.with_children(self._processes[name].pid)

    def takers(self, name: str) -> dict[str, list[int]]:
        """Whose CPU a request to a program takes."""
        return {"program": self.processes(name), "nginx": self.processes("nginx"), "MariaDB": [self.database_process]}

    def _start(self, name: str, command: list, environment: dict[str, str] | None = None) -> None:
        log = (self.directory / f"{name}.log").open("ab")
        search = f"{os.environ['PATH']}:/usr/local/sbin:/usr/sbin:/sbin"
        self._processes[name] = subprocess.Popen(
            command, env=os.environ | {"PATH": search} | (environment or {}), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            # Ctrl-C ends this program, which ends those.
            start_new_session=True,
        )  # fmt: skip

        file = self.directory / f"{name}.pid"
        file.write_text(f"{self._processes[name].pid} {started(self._processes[name].pid)}")

    def _stop_left(self) -> None:
        """What a run that was killed left running."""
        for file in self.directory.glob("*.pid"):
            process, start = file.read_text().split()
            if started(int(process)) == start:
                os.kill(int(process), signal.SIGTERM)
            deadline = time.monotonic() + 20
            while started(int(process)) == start and time.monotonic() < deadline:
                time.sleep(0.1)
            file.unlink()

    def _wait_for_socket(self, name: str) -> None:
        def answers() -> bool:
            with socket.socket(socket.AF_UNIX) as connection:
                return connection.connect_ex(str(self.socket(name))) == 0

        self._wait(answers, name)

    def _wait(self, holds, name: str) -> None:
        deadline = time.monotonic() + 20
        while not holds():
            assert time.monotonic() < deadline and self._processes[name].poll() is None, (
                f"{name} did not start: {(self.directory / f'{name}.log').read_text()}"
            )
            time.sleep(0.001)

    def stop_program(self, name: str, number: int = signal.SIGTERM) -> float:
        """Seconds that it took to end."""
        process = self._processes.pop(name, None)
        if process is None:
            return 0
        (self.directory / f"{name}.pid").unlink()
        begun = time.monotonic()
        process.send_signal(number)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        return time.monotonic() - begun

    def stop(self) -> None:
        for name in list(self._processes):
            self.stop_program(name)
        if self.directory.exists():
            self._stop_left()
            self._mariadb("mariadb_stop")

