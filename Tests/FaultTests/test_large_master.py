"""A master of hundreds of thousands of rows: what loading it takes."""

import os
import subprocess
import sys
import threading
import time

from fault_set_up import CHECKOUT, FaultSetUp, Persistent

ROWS = 300_000


def test_three_hundred_thousand_rows_take_little_memory_and_keep_nobody_waiting(site: FaultSetUp):
    """F6, F11: while somebody registers; then the rows are counted, and go again with a rollback."""
    file = site.directory / "large.csv"
    with file.open("wb") as out:
        generator = CHECKOUT / "sql" / "sample" / "generate-master.py"
        subprocess.run([sys.executable, generator, "--rows", str(ROWS)], stdout=out, check=True, timeout=300)
    arguments = ["master", "load", str(file), "--mode=delta", "--config", str(site.directory / "icegate.conf")]
    started = time.monotonic()
    load = subprocess.Popen(
        [site.release.programs / "icegatectl", *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    ended: list[tuple[int, int]] = []

    def wait():
        _, status, usage = os.wait4(load.pid, 0)
        ended.append((os.waitstatus_to_exitcode(status), usage.ru_maxrss))

    thread = threading.Thread(target=wait)
    thread.start()
    times, registrants = [], []
    while thread.is_alive():
        registrant = Persistent(site)
        registrants.append(registrant)
        before = time.monotonic()
        registrant.submit_at("/register")
        times.append(time.monotonic() - before)
        time.sleep(1)
    thread.join()
    [(status, kibibytes)] = ended
    assert status in (0, 1)
    assert int(site.sql("SELECT COUNT(*) FROM master_entries")) >= ROWS * 0.9
    assert kibibytes < 400_000, f"{kibibytes} KiB"
    assert time.monotonic() - started < 600
    assert sorted(times)[len(times) // 2] < 1 and len(times) >= 2, times
    for registrant in registrants[:3]:
        registrant.reach("/register/done")
        registrant.is_whole()
    last = site.sql("SELECT MAX(id) FROM master_loads WHERE state = 'applied'").strip()
    site.ctl("master", "rollback", last)
    file.unlink()
