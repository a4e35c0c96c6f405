"""What every test here stands on: the package on a fresh Debian 12, one for all, in the order of the file.

PACKAGE is the .deb, PACKAGE_DIRECTORY where the host is made.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "BrowserTests"))

from host import Host  # noqa: E402
from service import Service  # noqa: E402


@pytest.fixture(scope="session")
def package() -> Path:
    return Path(os.environ["PACKAGE"])


@pytest.fixture(scope="session")
def host(package: Path) -> Iterator[Host]:
    host = Host(Path(os.environ["PACKAGE_DIRECTORY"]) / "host")
    (host.root / "tmp" / package.name).write_bytes(package.read_bytes())
    host.run("apt-get", "update", "-q")
    host.run("apt-get", "install", "-q", "-y", "--no-install-recommends", f"/tmp/{package.name}", "mariadb-server", "mariadb-backup")
    yield host
    host.close()


@pytest.fixture(scope="session")
def service(host: Host) -> Iterator[Service]:
    service = Service(host)
    yield service
    service.close()
