#!/usr/bin/env python3
"""Writes a synthetic IEC/GSTIN master of any size, for measuring.

    sql/sample/generate-master.py --rows 3000000 > ordered.csv
    sql/sample/generate-master.py --rows 3000000 --changed 1 > next-week.csv
    sql/sample/generate-master.py --rows 3000000 --order random > random.csv

The same rows on every run, in the order of the master's key or in a fixed random one. Three IECs in five have one
GSTIN, the others two or three: 3,000,000 rows are of 1,800,000 IECs. Nothing in them belongs to anybody: PANs have the
serial 0000 and numeric IECs start with 00, neither of which is ever issued, and mail goes to example.com.

--changed PERCENT is the same master some time later: of that share of its rows eight in ten have another e-mail, one is
gone and one has a new neighbour. --changed 100 changes the e-mail of every row, and neither adds nor removes any.
--only-changed writes nothing but the rows that are changed or new: a delta.
"""

import argparse
import random
import sys

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
VALUES = {ord(character): value for value, character in enumerate(ALPHABET)}
LETTERS = ALPHABET[10:]
HEADER = "iec,gstin,legal_name,email,mobile,iec_status,gstin_status\n"
TRADES = ["Spices", "Textiles", "Castings", "Marine Products", "Handicrafts", "Tea", "Granite", "Leather Goods"]
# How many GSTINs the firms have, one after the other: 25 for 15 firms.
REGISTRATIONS = [1, 2, 1, 3, 1, 1, 2, 1, 3, 1, 2, 1, 1, 3, 2]
STATES = ["07", "19", "27", "33"]


def check_character(text):
    total = 0
    for position, byte in enumerate(text.encode()):
        product = VALUES[byte] * (1 + position % 2)
        total += product if product < 36 else product - 35
    return ALPHABET[-total % 36]


def pan(number):
    letters = ""
    for _ in range(6):
        number, rest = divmod(number, 26)
        letters = LETTERS[rest] + letters
    return f"{letters[:5]}0000{letters[5]}"


def rows(count, changed, only_changed):
    """Yields (position, line) in the order of the key."""
    every = round(100 / changed) if changed else 0
    position = 0
    firm = 0
    firms = count * 15 // 25 + 1
    numeric = firms // 3
    while position < count:
        # Firms with numeric IECs come first, as digits sort before letters.
        own_pan = pan(firm * 100 + 7)
        iec = f"00{firm:08}" if firm < numeric else own_pan
        name = f"Sample {TRADES[firm % 8]} {firm} Traders"
        for state in STATES[: REGISTRATIONS[firm % 15]]:
            if position == count:
                break
            body = f"{state}{own_pan}1Z"
            domain = "example.com"
            kind = None
            if every and position % every == every // 2:
                kind = "changed" if every == 1 else ["added", "removed", *["changed"] * 8][position // every % 10]
            if kind == "changed":
                domain = "example.net"
            tail = f"{name},contact{position}@{domain},{6000000000 + position},valid,ACT\n"
            if kind != "removed" and not (only_changed and kind is None):
                yield position, f"{iec},{body}{check_character(body)},{tail}"
            if kind == "added":
                body = f"{state}{own_pan}2Z"
                yield position, f"{iec},{body}{check_character(body)},{tail}"
            position += 1
        firm += 1


def main():
    parser = argparse.ArgumentParser(description="Writes a synthetic IEC/GSTIN master of any size.")
    parser.add_argument("--rows", type=int, default=3_000_000)
    parser.add_argument("--order", choices=["key", "random"], default="key")
    parser.add_argument("--changed", type=float, default=0, metavar="PERCENT")
    parser.add_argument("--only-changed", action="store_true")
    options = parser.parse_args()
    lines = (line for _, line in rows(options.rows, options.changed, options.only_changed))
    if options.order == "random":
        lines = list(lines)
        random.Random(20190503).shuffle(lines)
    sys.stdout.write(HEADER)
    sys.stdout.writelines(lines)


if __name__ == "__main__":
    main()
