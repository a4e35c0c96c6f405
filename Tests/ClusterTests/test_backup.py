"""A backup of one server while people register, and servers that lost all of their data."""

import re
import shutil
import subprocess
from pathlib import Path

from cluster import NODES, Cluster, wait_until
from rush import rush


def backup_tool(*arguments: str) -> None:
    done = subprocess.run(["mariadb-backup", "--no-defaults", *arguments], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2_000:]


def back_up(cluster: Cluster, number: int, copy: Path) -> None:
    server = cluster.server(number)
    backup_tool("--backup", "--galera-info", f"--socket={server / 'mariadb.sock'}", "--user=root", f"--target-dir={copy}")


def lose(cluster: Cluster, number: int) -> None:
    cluster.node(number, "kill")
    # A server that comes back with nothing is a stranger: were the others not past its end, it could not give them a majority.
    others = [other for other in NODES if other != number]
    wait_until(lambda: all((cluster.state(other) or {}).get("cluster_size") == "2" for other in others), what="the others without it")
    data = cluster.server(number) / "data"
    shutil.rmtree(data)
    data.mkdir()


def restore(cluster: Cluster, number: int, copy: Path) -> None:
    """As sql/README.md has it."""
    data = cluster.server(number) / "data"
    backup_tool("--prepare", f"--target-dir={copy}")
    backup_tool("--copy-back", f"--target-dir={copy}", f"--datadir={data}")
    cluster_id, position = re.fullmatch(r"(\S+):([0-9]+)\b.*", (copy / "xtrabackup_galera_info").read_text().strip()).groups()
    (data / "grastate.dat").write_text(f"version: 2.1\nuuid: {cluster_id}\nseqno: {position}\nsafe_to_bootstrap: 0\n")


def way_back(cluster: Cluster, number: int) -> str:
    """How a server that is started gets what it lacks: what it missed (IST), or everything (SST)."""
    log = cluster.server(number) / "mariadb.log"
    known = log.stat().st_size
    cluster.node(number, "start")
    return re.search(rb"mariabackup ([IS]ST) completed on joiner", log.read_bytes()[known:])[1].decode()


def test_servers_without_their_data(cluster: Cluster, registrations: int, tmp_path: Path):
    """With a backup of before, a server fetches what was written since; without one, everything."""
    copy = tmp_path / "copy"
    with rush(cluster, registrations, also=frozenset({503}), silence=30) as crowd:
        back_up(cluster, 3, copy)
        crowd.wait_for(0.4)
        assert set(list(crowd.statuses)) <= {200, 303}
        lose(cluster, 3)
        restore(cluster, 3, copy)
        assert way_back(cluster, 3) == "IST"
        lose(cluster, 2)
        assert way_back(cluster, 2) == "SST"
