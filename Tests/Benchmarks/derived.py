"""What the portal derives from its key, computed by whoever holds the same key: codes, passwords and tokens of a person who
never was. Each function says in which file of Sources/ its rule stands."""

import hashlib
import hmac
import secrets
import struct
import time
from pathlib import Path

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CAPTCHA = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
VALUES = {character: value for value, character in enumerate(ALPHABET)}


class Keys:
    """A key file's first key (KeyRing.swift)."""

    def __init__(self, file: Path):
        number, _, digits = file.read_text("ascii").split()[0].partition(":")
        self.id, self.hexadecimal = int(number), digits
        # Copied for each code: half of an HMAC's work is the key's.
        self._hmac = hmac.new(bytes.fromhex(digits), digestmod=hashlib.sha256)

    def code(self, purpose: str, *parts: bytes) -> bytes:
        code = self._hmac.copy()
        for part in [purpose.encode(), *parts]:
            code.update(struct.pack(">I", len(part)) + part)
        return code.digest()

    def form_token(self, session: str, path: str) -> str:
        """FormGuard.swift."""
        return self.code("form-token", session_hash(session), path.encode()).hex()

    def captcha_token(self, session: str) -> str:
        """Captchas.swift."""
        body = secrets.token_bytes(16) + struct.pack(">Q", int(time.time()))
        return (body + self.code("captcha-token", body, session.encode())).hex()

    def captcha(self, token: str, session: str) -> str:
        """What a token shows (CaptchaText.swift): of each eight bytes drawn, the five highest bits."""
        body = bytes.fromhex(token)[:24]
        drawn = b"".join(self.code("captcha-answer", body, session.encode(), block) for block in [b"0", b"1"])
        return "".join(CAPTCHA[byte >> 3] for byte in drawn[:48:8])

    def temporary_password(self, iec: str, gstin: str, nonce: bytes) -> str:
        """TemporaryPassword.swift."""
        code = int.from_bytes(self.code("temporary-password", nonce, iec.encode(), gstin.encode())[:9])
        characters = "".join(CROCKFORD[code >> shift & 31] for shift in range(67, 6, -5))
        return f"{characters[:4]}-{characters[4:8]}-{characters[8:]}"

    def one_time_password(self, nonce: bytes, channel: str, address: str) -> str:
        """OneTimePassword.swift."""
        for turn in range(256):
            code = self.code("one-time-password", nonce, channel.encode(), address.encode(), bytes([turn]))
            for (word,) in struct.iter_unpack(">I", code):
                if word < 4_294_000_000:
                    return f"{word % 1_000_000:06}"
        raise AssertionError("a chance of one in 10^20,000")


def session_hash(session: str) -> bytes:
    return hashlib.sha256(session.encode()).digest()


def check_character(text: str) -> str:
    """GSTIN.swift."""
    total = 0
    for position, character in enumerate(text):
        product = VALUES[character] * (1 + position % 2)
        total += product if product < 36 else product - 35
    return ALPHABET[-total % 36]


def gstin(number: int) -> str:
    """Of a PAN with the serial 0000, which is never issued."""
    letters = ""
    for _ in range(6):
        number, rest = divmod(number, 26)
        letters = ALPHABET[10 + rest] + letters
    text = f"27{letters[:5]}0000{letters[5]}1Z"
    return text + check_character(text)
