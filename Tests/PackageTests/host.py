"""A Debian 12 in a folder, made by debootstrap: nothing of Swift, and services that are started by hand."""

import re
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

# Where this machine's own Debian comes from.
SOURCES = Path("/etc/apt/sources.list.d/debian.sources")
WEEK = 7 * 24 * 3600
KEPT = ["etc/apt/apt.conf.d", "etc/apt/sources.list.d", "etc/apt/auth.conf.d", "etc/resolv.conf", "etc/hosts"]


def mirror() -> str:
    files = [SOURCES, Path("/etc/apt/sources.list")]
    text = "\n".join(file.read_text("utf-8") for file in files if file.exists())
    found = re.search(r"^URIs: *(\S+)|^deb (?:\[[^]]*\] )?(\S+)", text, re.MULTILINE)
    return found[1] or found[2]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def pristine(directory: Path) -> Path:
    """What debootstrap makes, which takes long: made once a week, and called so when it is whole."""
    made, partial = directory / "debian", directory / "debian.new"
    if not made.exists() or time.time() - made.stat().st_mtime > WEEK:
        for old in [made, partial]:
            shutil.rmtree(old, ignore_errors=True)
        subprocess.run(
            ["debootstrap", "--variant=minbase", "--include=ca-certificates,procps", "bookworm", partial, mirror()],
            check=True, stdout=subprocess.DEVNULL, timeout=900,
        )  # fmt: skip
        partial.rename(made)
    return made


class Host:
    def __init__(self, root: Path):
        self.root = root
        self.processes: dict[str, subprocess.Popen] = {}
        self._mounts: list[Path] = []
        self.unmount_leftovers()
        shutil.rmtree(root, ignore_errors=True)
        subprocess.run(["cp", "--archive", "--reflink=auto", pristine(root.parent), root], check=True)
        for kept in KEPT:
            source, target = Path("/", kept), root / kept
            if source.is_dir():
                shutil.copytree(source, target, symlinks=True, dirs_exist_ok=True, ignore_dangling_symlinks=True)
            elif source.exists():
                shutil.copyfile(source, target)
        # Nothing is started by a package: there is no service manager.
        policy = root / "usr/sbin/policy-rc.d"
        policy.write_text("#!/bin/sh\nexit 101\n")
        policy.chmod(0o755)
        for kind, source, target in [("proc", "proc", "proc"), ("", "/dev", "dev")]:
            options = ["-t", kind, source] if kind else ["--bind", source]
            subprocess.run(["mount", *options, root / target], check=True)
            self._mounts.append(root / target)

    def unmount_leftovers(self) -> None:
        """Of a run that was killed: what is mounted there is not the folder's to remove."""
        for line in reversed(Path("/proc/mounts").read_text().splitlines()):
            place = line.split()[1]
            if place.startswith(f"{self.root}/"):
                subprocess.run(["umount", "--lazy", place], check=True)

    def close(self) -> None:
        for name in list(self.processes):
            self.stop(name)
        self._unmount()

    def _unmount(self) -> None:
        while self._mounts:
            subprocess.run(["umount", "--lazy", self._mounts.pop()], check=True)

    def _entrance(self) -> list[str]:
        """The command that runs another one there."""
        return ["chroot", str(self.root)]

    def run(self, *command: str, status: int | None = 0, text: str = "", seconds: float = 600) -> str:
        """What a command prints there."""
        done = subprocess.run(
            [*self._entrance(), *command], input=text, capture_output=True, text=True, timeout=seconds,
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"},
        )  # fmt: skip
        assert status is None or done.returncode == status, f"{command}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def start(self, name: str, *command: str, stdin=subprocess.DEVNULL, environment: dict[str, str] | None = None) -> None:
        log = (self.root / "var/log" / f"{name}.log").open("ab")
        self.processes[name] = subprocess.Popen(
            ["chroot", *command[:1], self.root, *command[1:]] if command[0].startswith("--") else ["chroot", self.root, *command],
            stdin=stdin, stdout=log, stderr=log, env={"PATH": "/usr/sbin:/usr/bin"} | (environment or {}),
        )  # fmt: skip

    def stop(self, name: str, number: int = signal.SIGTERM) -> None:
        process = self.processes.pop(name)
        process.send_signal(number)
        process.wait(timeout=60)

    def log(self, name: str) -> str:
        file = self.root / "var/log" / f"{name}.log"
        return file.read_text("utf-8", "replace") if file.exists() else ""

    def write(self, path: str, text: str, mode: int = 0o644, owner: str = "root") -> None:
        file = self.root / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
        file.chmod(mode)
        self.run("chown", f"{owner}:{owner}", path)


def wait_until(holds, seconds: float = 30):
    deadline = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
    return found

