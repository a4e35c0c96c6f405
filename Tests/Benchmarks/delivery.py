"""Drains the outbox into a relay and a gateway on this machine, and compares a page that queues messages with itself.

BUILT is the directory with icegate-portal and icegatectl, BENCH_DIRECTORY where everything is kept.
"""

import argparse
import os
import statistics
import sys
import time
from pathlib import Path

TESTS = Path(__file__).parents[1]
sys.path += [str(TESTS / "DeliveryTests")]

import sinks
from set_up import SetUp, wait_until

THREADS = "8"


def resident_memory(set_up: SetUp) -> float:
    """MiB."""
    status = Path(f"/proc/{set_up.portal_process}/status").read_text()
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS"))


def drain(set_up: SetUp, count: int, round: int, channel: str) -> float:
    """Messages a second, from the first that was handed over to the last."""
    prefix = f"round{round}-" if channel == "email" else f"{900_000_0000 + round * 1_000_000}"
    pattern = f"{prefix}%" if channel == "email" else f"{prefix[:4]}%"
    set_up.stop_portal()
    set_up.owe(count, prefix, channel)
    set_up.start_portal()
    # Looked at seldom: the looking costs MariaDB something as well.
    wait_until(lambda: time.sleep(1) or set_up.states(pattern.rstrip("%")) == {"sent": count}, 300)
    [[seconds]] = set_up.rows(
        "SELECT TIMESTAMPDIFF(MICROSECOND, MIN(ended_at), MAX(ended_at)) / 1e6 FROM outbox"
        f" WHERE recipient LIKE '{pattern}'"
    )
    set_up.sql("DELETE FROM outbox")
    return count / float(seconds)


def memory(set_up: SetUp, count: int) -> tuple[float, float]:
    """Resident memory of the portal after a tenth of the messages, and after all, in MiB."""
    set_up.stop_portal()
    set_up.owe(count, "memory-")
    set_up.start_portal()
    after = []
    for share in [0.1, 1]:
        wait_until(lambda: time.sleep(1) or set_up.states("memory-").get("sent", 0) >= share * count, 600)
        after.append(resident_memory(set_up))
    set_up.sql("DELETE FROM outbox")
    return after[0], after[1]


def report(measured: str, value: str, limit: str) -> None:
    print(f"{measured:<52} {value:>10}   {limit}", flush=True)


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--messages", type=int, default=5_000)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--long", type=int, default=100_000)
    asked = options.parse_args()
    with sinks.running(sinks.Relay) as relay, sinks.running(sinks.Gateway) as gateway:
        set_up = SetUp(Path(os.environ["BENCH_DIRECTORY"]), Path(os.environ["BUILT"]))
        try:
            set_up.restart(
                relay,
                gateway,
                COURIER_THREADS=THREADS,
                SMS_BUDGET_PER_MINUTE="1000000",
                SMS_BUDGET_PER_DAY="100000000",
                EMAIL_BUDGET_PER_MINUTE="1000000",
                EMAIL_BUDGET_PER_DAY="100000000",
            )
            rates = {"email": [], "sms": []}
            for round in range(asked.rounds):
                for channel, of in rates.items():
                    of.append(drain(set_up, asked.messages, round, channel))
            print(f"\n{asked.messages} messages, {THREADS} threads, medians of {asked.rounds}")
            report("measured", "value", "limit")
            for channel, of in rates.items():
                name = "mails into an SMTP relay" if channel == "email" else "SMS into an HTTP gateway"
                span = f"({min(of):.0f} to {max(of):.0f})"
                report(f"{name}, a second", f"{statistics.median(of):.0f}", f"at least 500  {span}")
            first, last = memory(set_up, asked.long)
            report(
                f"resident memory after {asked.long} messages, to that after a tenth",
                f"{last / first:.2f}",
                f"about 1       ({first:.1f} and {last:.1f} MiB)",
            )
        finally:
            set_up.stop()


main()
