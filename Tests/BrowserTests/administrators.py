"""Administrators of the set-up, made as its operator makes them."""

import os
import secrets
import subprocess
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
RUN_DIRECTORY = (CHECKOUT / os.environ.get("RUN_DIRECTORY", ".run")).resolve()


@dataclass(frozen=True)
class Administrator:
    name: str
    email: str
    password: str

    @classmethod
    def fresh(cls) -> "Administrator":
        name = f"asha-{secrets.token_hex(4)}"
        administrator = cls(name, f"{name}@example.gov.in", f"Quiet-Harbour-{secrets.randbelow(10**6):06}")
        done = administrator._control("add", name, "--email", administrator.email, typed=administrator.password)
        assert done.returncode == 0, done.stderr
        return administrator

    def close(self) -> None:
        assert self._control("close", self.name).returncode == 0

    @staticmethod
    def _control(*arguments: str, typed: str = "") -> subprocess.CompletedProcess:
        environment = os.environ | {"RUN_DIRECTORY": str(RUN_DIRECTORY)}
        return subprocess.run(
            ["script/ctl", "admin", *arguments],
            cwd=CHECKOUT,
            env=environment,
            input=f"{typed}\n",
            capture_output=True,
            text=True,
            timeout=60,
        )
