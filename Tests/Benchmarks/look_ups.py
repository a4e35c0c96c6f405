"""Step 1 before masters of growing size: tables beside each other, of which another one becomes the master before each turn."""

import random
import time
import zlib

import load
from comparison import Limit, Report, Values, in_turn
from derived import check_character
from prepared import Prepared, write
from programs import Programs

SIZES = [10_000, 100_000, 1_000_000, 10_000_000]
# Of one turn, which none comes near.
REQUESTS = 2_000


def fill(programs: Programs, table: str, count: int) -> None:
    """So many pairs in the order of the key, the IECs anywhere in their range."""
    step = 10**10 // count
    programs.sql(
        f"""INSERT INTO {table}
                (iec, gstin, load_id, is_removed, legal_name, email, mobile, iec_status, gstin_status)
            SELECT LPAD(seq * {step} + CRC32(seq) % {step}, 10, '0'), '{gstin(count)}', 1, 0, CONCAT('Sample Traders ', seq),
                CONCAT('contact', seq, '@example.com'), 6000000000 + seq, 'valid', 'ACT'
            FROM seq_0_to_{count - 1}""",
        timeout=900,
    )


def iec(number: int, count: int) -> str:
    """What `fill` makes of a number."""
    step = 10**10 // count
    return f"{number * step + zlib.crc32(str(number).encode()) % step:010}"


def gstin(count: int) -> str:
    """Every size has another one, so that no pair is in two of them."""
    text = f"{20 + len(str(count))}ABCDE0000F1Z"
    return text + check_character(text)


def compare(programs: Programs, prepared: Prepared, report: Report, most: int, rounds: int, seconds: int) -> None:
    sizes = [size for size in SIZES if size <= most]
    draw = random.Random(7)
    numbers = {}
    for size in sizes:
        programs.sql(f"CREATE TABLE master_{size} LIKE master_versions")
        fill(programs, f"master_{size}", size)
        numbers[str(size)] = draw.sample(range(size), min(size, REQUESTS * rounds))
    programs.sql("RENAME TABLE master_versions TO master_kept")
    requests = programs.directory / "requests"

    def measure(name: str) -> Values:
        size = int(name)
        taken, numbers[name] = numbers[name][:REQUESTS], numbers[name][REQUESTS:]
        write(prepared.step_1_of([(iec(number, size), gstin(size)) for number in taken]), requests)
        programs.sql(f"RENAME TABLE master_{size} TO master_versions")
        time.sleep(0.5)
        address = programs.address("portal", "/register")
        found = load.run(
            address, 1, min(seconds, 2), programs.log, programs.takers("portal"), requests, frozenset({303, 422}), programs.origin
        )
        programs.sql(f"RENAME TABLE master_versions TO master_{size}")
        assert found.statuses[303] > 2 * found.statuses[422] > 0, found.statuses
        return found.values()

    found = in_turn([str(size) for size in sizes], rounds, measure)
    programs.sql("RENAME TABLE master_kept TO master_versions")
    report.rounds["look-up"] = found
    report.heading("Step 1, one visitor after the other, before masters of growing size")
    for size in sizes[1:]:
        limit = Limit(1.2) if size == sizes[-1] else None
        report.add_ratio(f"{size:,} rows, median ms, to {sizes[0]:,}", "look-up", "median", str(size), str(sizes[0]), limit, 2)
