"""What runs: the set-up's portal, seen from outside."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from set_ups import run_directory


def portal_process() -> int:
    return int((run_directory() / "portal.pid").read_text().split()[0])


def resident_kibibytes(process: int) -> int:
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0])


def descriptors(process: int) -> int:
    return len(os.listdir(f"/proc/{process}/fd"))


def threads(process: int) -> int:
    return len(os.listdir(f"/proc/{process}/task"))


@contextmanager
def traced(process: int, calls: str, log: Path) -> Iterator[None]:
    """Writes those system calls of a process and its threads into `log`."""
    tracer = subprocess.Popen(
        ["strace", "-f", "-q", "-e", f"trace={calls}", "-o", log, "-p", str(process)], stdin=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 10
    while f"TracerPid:\t{tracer.pid}" not in Path(f"/proc/{process}/status").read_text():
        assert time.monotonic() < deadline and tracer.poll() is None, "strace does not come near the process"
        time.sleep(0.02)
    try:
        yield
    finally:
        tracer.terminate()
        tracer.wait(timeout=10)
