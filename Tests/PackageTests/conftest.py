"""What every test here stands on: the package on a fresh Debian 12, one for all tests of a file, in their order.

PACKAGE is the .deb, PACKAGE_DIRECTORY where the host is made.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

for folder in ["DeliveryTests", "BrowserTests"]:
    sys.path.insert(0, str(Path(__file__).parents[1] / folder))

from booted_host import BootedHost, CannotBoot  # noqa: E402
from booted_service import BootedService  # noqa: E402
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


@pytest.fixture(scope="module")
def booted_host(package: Path) -> Iterator[BootedHost]:
    try:
        host = BootedHost(Path(os.environ["PACKAGE_DIRECTORY"]) / "booted", package)
    except CannotBoot as reason:
        pytest.skip(f"no container can be booted: {reason}")
    try:
        with host.network():
            host.install()
            yield host
    finally:
        host.close()


@pytest.fixture(scope="module")
def booted(booted_host: BootedHost) -> BootedService:
    return BootedService(booted_host)
