"""Programs that read captchas: how many of 200 images each reads, and what that is worth."""

import base64
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from portal import Portal
from sample_master import Registrant
from visitor import Answer

CHECKOUT = Path(__file__).parents[2]
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
COMMON_READERS = {
    "tesseract": ["tesseract", "-", "-", "--psm", "8", "-c", f"tessedit_char_whitelist={ALPHABET}"],
    "gocr": ["sh", "-c", "pngtopnm | gocr -C 2-9A-HJ-NP-Z -"],
}
Reader = Callable[[bytes], str]


def begin(portal: Portal, registrant: Registrant, password: str, read: Reader) -> Answer:
    """The first page as a program sends it that reads its captcha."""
    visitor = portal.visitor()
    page = visitor.get("/register")
    [source] = re.findall(r'src="(/captcha/image\?[^"]+)"', page.text)
    text = read(visitor.get(source.replace("&amp;", "&")).body).upper()
    captcha = "".join(re.findall(f"[{ALPHABET}]", text))[:6] or "XXXXXX"
    fields = {"iec": registrant.iec, "gstin": registrant.gstin, "password": password, "captcha": captcha}
    return visitor.submit(page, "/register", **fields)


def was_read(answer: Answer) -> bool:
    assert answer.status == 422
    return "characters of the captcha are not right" not in answer.text


@pytest.mark.long
@pytest.mark.parametrize("reader", COMMON_READERS)
def test_a_common_program_reads_few_of_two_hundred_captchas(own_portal, record_property, reader):
    """C26: as an attacker would: reads the image, sends the form, and looks whether the captcha was right."""

    def read(image: bytes) -> str:
        done = subprocess.run(COMMON_READERS[reader], input=image, capture_output=True, timeout=30)
        return done.stdout.decode("utf-8", "replace")

    registrant = own_portal.registrants.fresh()
    right = sum(was_read(begin(own_portal, registrant, "K7Q2-M9XT-4CDEF", read)) for _ in range(200))
    record_property("read", right)
    print(f"{reader} read {right} of 200")
    # Some 30 as a rule, more or less by chance. At ten images a minute for an address, three in ten are three tries a minute; what
    # they are spent on has caps of its own.
    assert right <= 60


@pytest.fixture
def trained() -> Iterator[Reader]:
    command = [CHECKOUT / ".venv-reader" / "bin" / "python", Path(__file__).with_name("trained_reader.py")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin and process.stdout

        def read(image: bytes) -> str:
            print(base64.b64encode(image).decode(), file=process.stdin, flush=True)
            return process.stdout.readline()

        yield read


@pytest.mark.long
def test_a_trained_program_reads_captchas_and_is_stopped_by_the_caps_behind_them(own_portal, record_property, trained):
    """C26: two hundred wrong temporary passwords behind captchas that are read as people read them; then the right one is
    refused as they are, and another pair's is not."""
    registrant, other = own_portal.registrants.fresh(), own_portal.registrants.fresh()
    right = sum(was_read(begin(own_portal, registrant, f"K7Q2-M9XT-{number:05}", trained)) for number in range(200))
    record_property("read", right)
    print(f"ddddocr read {right} of 200")
    assert right > 20, "too few were read to show anything"
    assert was_read(begin(own_portal, registrant, registrant.temporary_password, lambda _: own_portal.captcha))
    begun = begin(own_portal, other, other.temporary_password, lambda _: own_portal.captcha)
    assert begun.location == "/register/account"
