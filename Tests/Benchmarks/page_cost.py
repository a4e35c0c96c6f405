"""What the two messages cost the page that queues them: the choice of ICEGATE ID and password, with its password hash.

A page without them does not exist, so what MariaDB took for the statements that queue them (its log of slow statements, with
all taken for slow), with two round trips, is taken off the page. BENCH_DIRECTORY is a set-up of its own, which script/server starts here.
"""

import os
import re
import statistics
import subprocess
import time
from pathlib import Path

from release_set_up import ReleaseSetUp

from addresses import seen_from_afar
from form_posts import FormPosts

QUEUEING = re.compile(r"# Query_time: ([0-9.]+)[^\n]*\n(?:#[^\n]*\n|SET [^\n]*\n)*INSERT INTO outbox")


class SetUp(ReleaseSetUp):
    """On a MariaDB that writes down what each statement takes."""

    def __init__(self, directory: Path):
        self._log = directory / "statements.log"
        super().__init__(directory, f"--slow-query-log=ON --long-query-time=0 --slow-query-log-file={self._log}")

    def queueing(self) -> list[float]:
        """The seconds that MariaDB took for each message that was queued so far."""
        return [float(time) for time in QUEUEING.findall(self._log.read_text("utf-8", "replace"))]

    def round_trip(self) -> float:
        """The seconds of a statement that does nothing."""
        count = 20_000
        said = subprocess.run(
            ["mariadb-slap", "--no-defaults", f"--socket={self.database_socket}", "--user=root", "--query=DO 1"]
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
