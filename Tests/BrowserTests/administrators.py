"""Administrators of the set-up, made as its operator makes them."""

import os
import secrets
import subprocess
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
RUN_DIRECTORY = (CHECKOUT / os.environ.get("RUN_DIRECTORY", ".run")).resolve()


def control(*arguments: str, typed: str = "", **environment: str) -> subprocess.CompletedProcess:
    """`icegatectl admin` with the set-up's configuration, and a line on its standard input."""
    return subprocess.run(
        ["script/ctl", "admin", *arguments],
        cwd=CHECKOUT,
        env=os.environ | {"RUN_DIRECTORY": str(RUN_DIRECTORY)} | environment,
        input=f"{typed}\n",
        capture_output=True,
        text=True,
        timeout=60,
    )


@dataclass(frozen=True)
class Administrator:
    name: str
    email: str
    password: str

    @classmethod
    def fresh(cls) -> "Administrator":
        name = f"asha-{secrets.token_hex(4)}"
        administrator = cls(name, f"{name}@example.gov.in", f"Quiet-Harbour-{secrets.randbelow(10**6):06}")
        done = control("add", name, "--email", administrator.email, typed=administrator.password)
        assert done.returncode == 0, done.stderr
        return administrator

    def close(self) -> None:
        assert control("close", self.name).returncode == 0
