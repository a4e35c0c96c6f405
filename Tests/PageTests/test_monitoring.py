"""Alert rules and dashboard: every figure that they ask for is one that the portal gives."""

import json
import re
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
FILES = ["alerts.yml", "dashboard.json"]
SOURCE = (CHECKOUT / "Sources" / "Portal" / "PortalMetrics.swift").read_text("utf-8")
GIVEN = set(re.findall(r'"(icegate_[a-z_]+)"', SOURCE))


def test_rules_and_dashboard_ask_for_nothing_that_is_not_there():
    for name in FILES:
        asked = set(re.findall(r"\bicegate_[a-z_]+", (CHECKOUT / "nginx/monitoring" / name).read_text("utf-8")))
        asked = {re.sub(r"_(bucket|sum|count)$", "", one) for one in asked}
        assert asked and asked <= GIVEN, asked - GIVEN


def test_every_figure_is_on_the_dashboard_or_in_a_rule():
    texts = "".join((CHECKOUT / "nginx/monitoring" / name).read_text("utf-8") for name in FILES)
    assert {name for name in GIVEN if name not in texts} <= {"icegate_account_sessions"}


def test_the_dashboard_is_whole():
    dashboard = json.loads((CHECKOUT / "nginx/monitoring" / "dashboard.json").read_text("utf-8"))
    assert len({panel["id"] for panel in dashboard["panels"]}) == len(dashboard["panels"]) == 12
    assert all(target["expr"] for panel in dashboard["panels"] for target in panel["targets"])
