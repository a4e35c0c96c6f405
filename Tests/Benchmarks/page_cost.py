"""What the two messages cost the page that queues them: the choice of ICEGATE ID and password, with its password hash.

A page without them does not exist, so what MariaDB took for the statements that queue them (its log of slow statements, with
all taken for slow), with two round trips, is taken off the page. BENCH_DIRECTORY is a set-up of its own, which script/server starts here.
"""

import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
sys.path += [str(CHECKOUT / "Tests" / "BrowserTests")]

from addresses import seen_from_afar
from form_posts import FormPosts
from messages import Messages
from portal import Portal
from sample_master import Registrants

CAPTCHA = "TEST42"
QUEUEING = re.compile(r"# Query_time: ([0-9.]+)[^\n]*\n(?:#[^\n]*\n|SET [^\n]*\n)*INSERT INTO outbox")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


class SetUp:
    """script/server on a MariaDB that writes down what each statement takes."""

    def __init__(self, directory: Path):
        commands = directory / "commands"
        self._environment = os.environ | {"RUN_DIRECTORY": str(directory)}
        # What a run that was killed left running.
        self.stop()
        shutil.rmtree(directory, ignore_errors=True)
        commands.mkdir(parents=True)
        mariadbd = shutil.which("mariadbd", path=f"{os.environ['PATH']}:/usr/sbin")
        self._log = directory / "statements.log"
        options = f"--slow-query-log=ON --long-query-time=0 --slow-query-log-file={self._log}"
        (commands / "mariadbd").write_text(f'#!/bin/sh\nexec {mariadbd} "$@" {options}\n')
        (commands / "mariadbd").chmod(0o755)
        port = free_port()
        self._environment |= {
            "PATH": f"{commands}:{os.environ['PATH']}",
            "BUILD_CONFIGURATION": "release",
            "CAPTCHA_TEST_ANSWER": CAPTCHA,
            "PORTAL_PORT": str(port),
            "MESSAGES_PORT": str(free_port()),
        }
        self._socket = directory / "mariadb" / "mariadb.sock"
        messages = Messages(directory / "messages")
        self.portal = Portal(f"http://127.0.0.1:{port}", messages, CAPTCHA, Registrants(messages))

    def start(self) -> None:
        self._server("--detach")

    def stop(self) -> None:
        self._server("--stop")

    def _server(self, option: str) -> None:
        script = CHECKOUT / "script" / "server"
        subprocess.run([script, option], env=self._environment, check=True, stdout=subprocess.DEVNULL, timeout=900)

    def queueing(self) -> list[float]:
        """The seconds that MariaDB took for each message that was queued so far."""
        return [float(time) for time in QUEUEING.findall(self._log.read_text("utf-8", "replace"))]

    def round_trip(self) -> float:
        """The seconds of a statement that does nothing."""
        count = 20_000
        said = subprocess.run(
            ["mariadb-slap", "--no-defaults", f"--socket={self._socket}", "--user=root", "--query=DO 1"]
            + ["--concurrency=1", f"--number-of-queries={count}"],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        return float(re.search(r"Average number of seconds[^:]*: ([0-9.]+)", said)[1]) / count


def main() -> None:
    set_up = SetUp(Path(os.environ["BENCH_DIRECTORY"]))
    try:
        set_up.start()
        times = []
        for turn in range(80):
            # The first ones find nothing prepared.
            if turn == 20:
                times, before = [], len(set_up.queueing())
            posts = FormPosts(seen_from_afar(set_up.portal))
            page = posts.walk_to("/register/account")
            started = time.monotonic()
            answer = posts.visitor.submit(
                page,
                "/register/account",
                icegate_id=posts.icegate_id,
                new_password=posts.password,
                confirm_password=posts.password,
            )
            times.append(time.monotonic() - started)
            assert answer.location == "/register/otp", answer.status
        queueing = set_up.queueing()[before:]
        assert len(queueing) >= 2 * len(times)
        page = statistics.median(times)
        cost = 2 * (statistics.mean(queueing) + set_up.round_trip())
        print(
            f"{'a page that queues two messages, to itself without':<52} {page / (page - cost):>10.3f}   at most 1.10  "
            f"({page * 1e3:.1f} ms, of which {cost * 1e3:.2f} ms queue)"
        )
    finally:
        set_up.stop()


main()
