"""So many who register at once, each a process of its own, as fast as they can."""

import math
import multiprocessing
import os
import time
from pathlib import Path

import load
from costs import IndexedMessages, new_visitor, with_passwords
from prepared import Person, Prepared
from programs import Programs
from walks import registration, walk


def machine_seconds() -> float:
    """CPU that this machine has given since its start, to whomever."""
    fields = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]
    idle = int(fields[3]) + int(fields[4])
    return (sum(map(int, fields)) - idle) / os.sysconf("SC_CLK_TCK")


def register_all(programs: Programs, people: list[tuple[Person, str]], start, seconds: float, results) -> None:
    """One after the other, without a pause, until the time is over."""
    messages, done = IndexedMessages(programs.messages), 0
    start.wait()
    begun, taken = time.monotonic(), time.process_time()
    for each in people:
        walk(registration(new_visitor(programs), *each, programs.keys, messages))
        done += 1
        if time.monotonic() - begun > seconds:
            break
    results.put((done, time.monotonic() - begun, time.process_time() - taken))


def measured_rate(programs: Programs, prepared: Prepared, at_once: int, seconds: float, guess: float) -> tuple[float, float]:
    """Registrations a second of so many at once; and the cores that others have had beside all of it."""
    each = math.ceil(2 * guess * seconds / at_once) + 5
    people = with_passwords(prepared, each * at_once)
    kind = multiprocessing.get_context("fork")
    start, results = kind.Barrier(at_once + 1), kind.SimpleQueue()
    shares = [people[number * each : (number + 1) * each] for number in range(at_once)]
    processes = [
        kind.Process(target=register_all, args=(programs, share, start, seconds, results), daemon=True) for share in shares
    ]
    for process in processes:
        process.start()
    takers = [process for of in programs.takers("portal").values() for process in of]
    start.wait(timeout=60)
    begun, machine, ours = time.monotonic(), machine_seconds(), load.cpu_seconds(takers)
    for process in processes:
        process.join()
        assert process.exitcode == 0, "somebody could not register"
    took = time.monotonic() - begun
    machine, ours = machine_seconds() - machine, load.cpu_seconds(takers) - ours
    found = [results.get() for _ in processes]
    clients = sum(client for _, _, client in found)
    return sum(done / seconds for done, seconds, _ in found), max(0, machine - ours - clients) / took
