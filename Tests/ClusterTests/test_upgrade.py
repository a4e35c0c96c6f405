"""An upgrade while people register."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cluster import CHECKOUT, NODES, PORTALS, Cluster, wait_until
from rush import rush

# What a release may do that serves the one before: a column that no program of today knows, and an index that has to be built.
TABLES = ["master_versions", "audit_events", "registrations"]
ADDED = "".join(f"ALTER TABLE {table} ADD later VARCHAR(40) NULL, ADD KEY later (gstin, later);\n" for table in TABLES)
TAKEN_AWAY = "".join(f"ALTER TABLE {table} DROP KEY later, DROP later;\n" for table in TABLES)


@pytest.fixture
def next_release(cluster: Cluster, tmp_path: Path) -> Iterator[Path]:
    """Its migrations: those of today and one more. What that did is undone in the end."""
    directory = tmp_path / "migrations"
    shutil.copytree(CHECKOUT / "sql" / "migrations", directory)
    newest = len(list(directory.glob("*.sql")))
    (directory / f"{newest + 1:04}_later.sql").write_text(f"-- serves: {newest}\n{ADDED}")
    yield directory
    cluster.sql(1, f"{TAKEN_AWAY}DELETE FROM schema_migrations WHERE number > {newest}")


def test_schema_and_portals_upgraded(cluster: Cluster, next_release: Path, registrations: int):
    """The schema of the next release under the portals of this one: whoever comes while it changes waits or is told to try again.
    Then the portals one by one: nobody notices."""
    with rush(cluster, registrations) as crowd:
        began = time.monotonic()
        assert "applied" in cluster.ctl("migrate", MIGRATIONS_DIRECTORY=str(next_release))
        migrated = time.monotonic()
        wanted = len(list(next_release.glob("*.sql")))
        # Every server changes its tables by itself, and is in step with the others afterwards.
        for number in NODES:
            wait_until(lambda: cluster.migrations(number) == wanted, 120, f"the migration on server {number}")
        changed = time.monotonic()
        crowd.wait_for(0.4)
        for number in PORTALS:
            before = cluster.portal_process(number)
            cluster.process(number, "restart")
            wait_until(lambda: cluster.portal_process(number) != before)
    print(f"{migrated - began:.1f} s for the migration, {changed - began:.1f} s until every server had it")
    assert {status for ended, took, status, _ in crowd.answers if ended - took > changed} <= {200, 303}
    assert crowd.report["statuses"].keys() <= {"200", "303", "503"}
    assert crowd.report["silence"] < changed - began + 3
