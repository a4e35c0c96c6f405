"""This release and the one before it, as an upgrade finds both at work.

BUILT is the directory with this one's icegate-portal and icegatectl; RELEASE_BEFORE is a checkout of the one before, in which
its own are built.
"""

import os
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Release:
    checkout: Path
    programs: Path

    @classmethod
    def of_today(cls) -> "Release":
        return cls(CHECKOUT, Path(os.environ["BUILT"]).resolve())

    @classmethod
    def before(cls) -> "Release":
        checkout = Path(os.environ["RELEASE_BEFORE"]).resolve()
        return cls(checkout, (checkout / ".build" / "release").resolve())

    @property
    def settings(self) -> dict[str, str]:
        """Where its programs find what is installed beside them."""
        resources = self.checkout / "Sources" / "Portal" / "Resources"
        return {
            "TEMPLATES_DIRECTORY": str(resources / "Templates"),
            "LOCALES_DIRECTORY": str(resources / "Locales"),
            "ASSETS_DIRECTORY": str(self.checkout / "nginx" / "assets"),
            "RECORDINGS_DIRECTORY": str(self.checkout / "Sources" / "Captcha" / "Recordings"),
            "MIGRATIONS_DIRECTORY": str(self.checkout / "sql" / "migrations"),
        }

    def runs_as(self, process: int) -> bool:
        return Path(f"/proc/{process}/exe").resolve() == self.programs / "icegate-portal"
