"""A load of one kind on one program for some seconds, and what it took of whom."""

import json
import re
import subprocess
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from prepared import BROWSER

SCRIPT = Path(__file__).parent / "peers" / "form.lua"
STATUS = re.compile(rb'"status":(\d+)')


@dataclass(frozen=True)
class Measured:
    """Times of one request, in milliseconds, and CPU that one request took, in microseconds, by who took it."""

    rate: float
    median: float
    p99: float
    cpu: dict[str, float]
    statuses: Counter

    def values(self) -> dict[str, float]:
        return {"rate": self.rate, "median": self.median, "p99": self.p99} | {
            f"cpu {of}": value for of, value in self.cpu.items()
        }


class ListWasTooShort(Exception):
    pass


def cpu_seconds(processes: list[int]) -> float:
    """What processes have taken since they started, their ended children left out."""
    # A process' own clock, by its number (clock_getcpuclockid(3)): /proc counts in hundredths of a second.
    return sum(time.clock_gettime_ns(~process << 3 | 2) for process in processes) / 1e9


def with_children(process: int) -> list[int]:
    """A process and all below it."""
    found = [process]
    for parent in found:
        for task in Path(f"/proc/{parent}/task").iterdir():
            found += [int(child) for child in (task / "children").read_text().split()]
    return found


class AccessLog:
    """nginx's, from where it ended when it was last looked at."""

    def __init__(self, file: Path):
        self._file = file
        self._read = 0

    def skip(self) -> None:
        self._read = self._file.stat().st_size

    def statuses(self) -> Counter:
        with self._file.open("rb") as file:
            file.seek(self._read)
            return Counter(int(status) for status in STATUS.findall(file.read()))


def run(
    address: str, connections: int, seconds: int, log: AccessLog, takers: dict[str, list[int]], requests: Path | None = None,
    expected: frozenset[int] = frozenset({200}), origin: str = "", session: str = "",
) -> Measured:  # fmt: skip
    """`takers`: processes whose CPU is counted. `requests`: each of its lines is sent once; without, the page is asked for.

    Raises when anything but the expected statuses was answered, or the list ended before the time.
    """
    # nginx writes the line of a request after its answer: what came just before is not this load's.
    time.sleep(0.05)
    log.skip()
    before = {name: cpu_seconds(processes) for name, processes in takers.items()}
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}", "--timeout", "20", "-s", str(SCRIPT), address, "--", BROWSER]
    command += [str(requests or ""), origin, f"icegate_session={session}" if session else ""]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=seconds + 60)
    after = {name: cpu_seconds(processes) for name, processes in takers.items()}
    found = json.loads(done.stdout.splitlines()[-1])
    # So are the lines of this load's last requests.
    time.sleep(0.05)
    statuses = log.statuses()
    if found["exhausted"]:
        raise ListWasTooShort
    # wrk left at the end of the time, before most of these were begun.
    del statuses[499]
    strange = {status: count for status, count in statuses.items() if status not in expected}
    assert not strange and not found["broken"], f"{address}: statuses {dict(statuses)}, {found['broken']} broken"
    answered = sum(statuses.values())
    cpu = {name: (after[name] - before[name]) / answered * 1e6 for name in takers}
    return Measured(found["requests"] / found["seconds"], found["median"], found["p99"], cpu, statuses)
