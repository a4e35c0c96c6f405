#!/usr/bin/env python3
"""Writes master.csv, the synthetic IEC/GSTIN master of the development set-up.

    sql/sample/generate.py > sql/sample/master.csv

The same 1,000 rows on every run. Nothing in them belongs to anybody: PANs have the serial 0000 and numeric IECs
start with 00, neither of which is ever issued; mail goes to example.com. Mobile numbers are in one block,
60000 00001 and on, but may be somebody's: load this file only where the courier writes messages to files.

Row numbers below count data rows from 1. Rows 1 to 5 are active, with usable contacts and plain names, for demos.
"""

import csv
import random
import sys

ROWS = 1000
COLUMNS = ["iec", "gstin", "legal_name", "email", "mobile", "iec_status", "gstin_status"]
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LETTERS = ALPHABET[10:]

# State codes of GST in use; 25 (merged into 26) and 28 (Andhra Pradesh before 2014) are left out.
STATES = [f"{code:02}" for code in range(1, 39) if code not in (25, 28)] + ["97"]

TRADES = ["Spices", "Textiles", "Castings", "Marine Products", "Handicrafts", "Tea", "Granite", "Leather Goods",
          "Pharma", "Auto Parts", "Electronics", "Rice Mills", "Gems", "Chemicals", "Carpets", "Machine Tools"]
FORMS = {"C": "Pvt Ltd", "F": "and Partners", "P": "Traders", "H": "HUF", "T": "Trust", "A": "Association"}

# Names that a reader, a page or a spreadsheet may trip over.
AWKWARD_NAMES = ["Sample, Comma and Sons", 'The "Quoted" Export House', "नमूना निर्यात गृह", "O'Sample & Daughters",
                 "=SUM(A1:A9) Traders", "<b>Bold</b> Exports", "Sample Line One\nLine Two Exports"]

# What is wrong with a contact -> (rows, how it is written). Such rows are normal in real data.
UNUSABLE_MOBILES = ["9587854", "", "0731-470346, 285400", "1234567890"]
UNUSABLE_EMAILS = ["", "not known", "a.very.long.local.part.of.an.address.of.a.firm@example.com", "two@@example.com"]

IEC_STATUSES = ["suspended", "cancelled", "deactivated", "surrendered", "inactive"]
GSTIN_STATUSES = ["CNL", "INA", "PRO", "SUS"]


def check_character(first_fourteen):
    """The 15th character of a GSTIN: factors 1, 2, 1, 2, … in base 36."""
    total = 0
    for position, character in enumerate(first_fourteen):
        product = ALPHABET.index(character) * (1 + position % 2)
        total += product // 36 + product % 36
    return ALPHABET[(36 - total % 36) % 36]


def gstin(state, pan, entity):
    body = f"{state}{pan}{entity}Z"
    return body + check_character(body)


def firms(generator):
    """Yields (IEC, PAN, name, GSTINs): every third firm has a numeric IEC, some have several GSTINs."""
    seen = set()
    number = 0
    while True:
        number += 1
        kind = "CCCPPPFFHTA"[generator.randrange(11)]
        pan = "".join(generator.choices(LETTERS, k=3)) + kind + generator.choice(LETTERS) + "0000"
        pan += generator.choice(LETTERS)
        if pan in seen:
            continue
        seen.add(pan)
        iec = f"00{number:08}" if number % 3 == 2 else pan
        name = f"Sample {generator.choice(TRADES)} {number} {FORMS[kind]}"
        # Firm 6 has eight States, firm 7 two registrations in one State; later ones one to three.
        if number <= 5:
            states = [generator.choice(STATES)]
        elif number == 6:
            states = generator.sample(STATES, 8)
        else:
            states = generator.sample(STATES, generator.choices([1, 2, 3], [16, 3, 1])[0])
        registrations = [gstin(state, pan, "1") for state in states]
        if number == 7:
            registrations.append(gstin(states[0], pan, "2"))
        yield iec, pan, name, registrations


def rows():
    generator = random.Random(20190503)
    serial = 0
    for iec, _, name, registrations in firms(generator):
        for registration in registrations:
            serial += 1
            yield [iec, registration, name, f"contact{serial:04}@example.com", f"60000{serial:05}", "valid", "ACT"]


def spoil(table):
    """Makes some of the rows from 21 on unusable, one fault each, at fixed places."""
    for place, row in enumerate(table, start=1):
        if place <= 20:
            continue
        if place % 25 == 0:
            row[4] = UNUSABLE_MOBILES[place // 25 % len(UNUSABLE_MOBILES)]
        elif place % 25 == 7:
            row[3] = UNUSABLE_EMAILS[place // 25 % len(UNUSABLE_EMAILS)]
        elif place % 25 == 13:
            row[5] = IEC_STATUSES[place // 25 % len(IEC_STATUSES)]
        elif place % 25 == 19:
            row[6] = GSTIN_STATUSES[place // 25 % len(GSTIN_STATUSES)]
        elif place % 100 == 42:
            row[2] = AWKWARD_NAMES[place // 100 % len(AWKWARD_NAMES)]


def main():
    table = []
    for row in rows():
        table.append(row)
        if len(table) == ROWS:
            break
    spoil(table)
    assert check_character("27AAPFU0939F1Z") == "V" and check_character("12AAACI1681G1Z") == "0"
    assert len({(row[0], row[1]) for row in table}) == ROWS
    sys.stdout.reconfigure(encoding="utf-8", newline="")
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(table)


if __name__ == "__main__":
    main()
