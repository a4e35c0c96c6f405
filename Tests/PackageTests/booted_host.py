"""Such a Debian with its own systemd as process 1, in namespaces of its own: a container of systemd-nspawn."""

import ctypes
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from host import Host, wait_until

TREES = [Path("/sys/fs/cgroup/unified"), Path("/sys/fs/cgroup")]
PACKAGES = ["systemd-sysv", "dbus", "nginx-light", "mariadb-server"]


class CannotBoot(Exception):
    """Why no container can be booted on this machine."""


class BootedHost(Host):
    """It has no network but its loopback; what it installs was fetched before."""

    def __init__(self, root: Path, package: Path):
        if os.geteuid() != 0:
            raise CannotBoot("a container is booted by root alone")
        if not shutil.which("systemd-nspawn"):
            raise CannotBoot("there is no systemd-nspawn (Debian's package systemd-container)")
        self._container: subprocess.Popen | None = None
        self._group: Path | None = None
        super().__init__(root)
        self._package = f"/srv/{package.name}"
        (root / self._package.lstrip("/")).write_bytes(package.read_bytes())
        self.run("apt-get", "update", "-q")
        self.run("apt-get", "install", "-q", "-y", "--no-install-recommends", *PACKAGES)
        self.run("apt-get", "install", "-q", "-y", "--no-install-recommends", "--download-only", self._package)
        (root / "usr/sbin/policy-rc.d").unlink()
        self._unmount()
        try:
            self._boot()
        except CannotBoot:
            self.close()
            raise

    def install(self) -> None:
        self.run("apt-get", "install", "-q", "-y", "--no-install-recommends", self._package)

    def install_again(self) -> None:
        self.run("dpkg", "-i", self._package)

    def reboot(self) -> None:
        """This thread sees the new one's network."""
        self._halt()
        self._boot()
        self._enter_network()

    def _boot(self) -> None:
        self._console = self.root.parent / f"{self.root.name}.console"
        group = self._own_group()
        with self._console.open("wb") as console:
            self._container = subprocess.Popen(
                # Whoever kills this drill ends the container.
                ["setpriv", "--pdeathsig=TERM", *group, "systemd-nspawn", "--quiet", "--boot", "--register=no", "--settings=no"]
                + [f"--directory={self.root}", "--private-network", "--hostname=portal", "--resolv-conf=off", "--timezone=off", "--link-journal=no"]
                + ["--console=pipe"],
                stdin=subprocess.DEVNULL, stdout=console, stderr=console,
                env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"},
            )  # fmt: skip
        try:
            wait_until(self._is_up, 60)
        except AssertionError:
            raise CannotBoot(f"systemd did not come up: {self._said}") from None

    @property
    def _said(self) -> str:
        return self._console.read_text("utf-8", "replace")[-600:].strip()

    def _own_group(self) -> list[str]:
        """Where systemd manages this machine it is asked for a scope; elsewhere there is a cgroup for the container."""
        if Path("/run/systemd/system").exists():
            return []
        tree = next((tree for tree in TREES if (tree / "cgroup.procs").exists()), None)
        if tree is None:
            raise CannotBoot("there is no cgroup2 file system")
        self._group = tree / f"icegate-{os.getpid()}"
        try:
            self._group.mkdir()
        except OSError as error:
            raise CannotBoot(f"no cgroup can be made: {error}") from None
        return ["sh", "-c", f'echo $$ >{self._group}/cgroup.procs && exec "$@" --keep-unit', "sh"]

    def _is_up(self) -> bool:
        if self._container.poll() is not None:
            raise CannotBoot(f"systemd-nspawn ended: {self._said}")
        # Once it is process 1 there; before, a child of systemd-nspawn prepares it.
        for child in Path(f"/proc/{self._container.pid}/task/{self._container.pid}/children").read_text().split():
            if re.search(r"^NSpid:.*\t1$", Path(f"/proc/{child}/status").read_text(), re.MULTILINE):
                self.first = int(child)
                break
        else:
            return False
        return self.run("systemctl", "is-system-running", status=None).strip() in ("running", "degraded")

    def _entrance(self) -> list[str]:
        if self._container is None:
            return super()._entrance()
        return ["nsenter", f"--target={self.first}", "--mount", "--uts", "--ipc", "--net", "--pid", "--root", "--wd", "--"]

    @contextmanager
    def network(self) -> Iterator[None]:
        """This thread, and those that it starts, see the loopback of the host instead of this machine's."""
        with open("/proc/thread-self/ns/net") as ours:
            self._enter_network()
            try:
                yield
            finally:
                _enter(ours.fileno())

    def _enter_network(self) -> None:
        with open(f"/proc/{self.first}/ns/net") as theirs:
            _enter(theirs.fileno())

    def show(self, unit: str, name: str) -> str:
        """A property of a unit."""
        return self.run("systemctl", "show", "--value", f"--property={name}", unit).strip()

    def close(self) -> None:
        self._halt()
        super().close()

    def _halt(self) -> None:
        container, self._container = self._container, None
        if container and container.poll() is None:
            # To systemd-nspawn it means an orderly end of process 1, and the second time an immediate one.
            for number in [signal.SIGTERM, signal.SIGTERM, signal.SIGKILL]:
                container.send_signal(number)
                try:
                    container.wait(timeout=30)
                    break
                except subprocess.TimeoutExpired:
                    pass
        if self._group and self._group.exists():
            for group, _, _ in os.walk(self._group, topdown=False):
                Path(group).rmdir()


def _enter(namespace: int) -> None:
    if ctypes.CDLL(None, use_errno=True).setns(namespace, 0) != 0:
        raise OSError(ctypes.get_errno(), "setns")
