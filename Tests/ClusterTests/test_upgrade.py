"""An upgrade while people register."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cluster import NODES, PORTALS, Cluster, wait_until
from releases import CHECKOUT, Release
from rush import rush

# What a release may do that serves the one before: a column that no program of today knows, and an index that has to be built.
TABLES = ["master_versions", "audit_events", "registrations"]
ADDED = "".join(f"ALTER TABLE {table} ADD later VARCHAR(40) NULL, ADD KEY later (gstin, later);\n" for table in TABLES)
TAKEN_AWAY = "".join(f"ALTER TABLE {table} DROP KEY later, DROP later;\n" for table in TABLES)


@pytest.fixture
def next_migrations(cluster: Cluster, tmp_path: Path) -> Iterator[Path]:
    """Those of today and one more. What that did is undone in the end."""
    directory = tmp_path / "migrations"
    shutil.copytree(CHECKOUT / "sql" / "migrations", directory)
    newest = len(list(directory.glob("*.sql")))
    (directory / f"{newest + 1:04}_later.sql").write_text(f"-- serves: {newest}\n{ADDED}")
    yield directory
    cluster.sql(1, f"{TAKEN_AWAY}DELETE FROM schema_migrations WHERE number > {newest}")


@pytest.fixture
def release_before(cluster: Cluster) -> Iterator[Release]:
    """All portals are of it when a test begins."""
    before = Release.before()
    cluster.install(before)
    cluster.restart_portals(before)
    yield before
    cluster.install(Release.of_today())
    cluster.restart_portals(Release.of_today())


def test_schema_and_portals_upgraded(
    cluster: Cluster, release_before: Release, next_migrations: Path, registrations: int
):
    """As README's upgrade goes, from the release before to this one, with a schema that is newer still: whoever comes while that
    changes waits or is told to try again. Then the portals one by one: nobody notices."""
    today = Release.of_today()
    with rush(cluster, registrations, also=frozenset({503}), silence=30) as crowd:
        cluster.install(today)
        began = time.monotonic()
        assert "applied" in cluster.ctl("migrate", MIGRATIONS_DIRECTORY=str(next_migrations))
        migrated = time.monotonic()
        wanted = len(list(next_migrations.glob("*.sql")))
        # Every server changes its tables by itself, and is in step with the others afterwards.
        for number in NODES:
            wait_until(lambda: cluster.migrations(number) == wanted, 120, f"the migration on server {number}")
        changed = time.monotonic()
        assert all(release_before.runs_as(cluster.portal_process(number)) for number in PORTALS)
        crowd.wait_for(0.4)
        cluster.restart_portals(today)
        assert crowd.share() < 1, "all had registered before the last portal was of this release"
    print(f"{migrated - began:.1f} s for the migration, {changed - began:.1f} s until every server had it")
    assert {status for ended, took, status, _ in crowd.answers if ended - took > changed} <= {200, 303}
    assert crowd.report["silence"] < changed - began + 3
