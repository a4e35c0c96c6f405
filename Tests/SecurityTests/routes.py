"""Every path of the portal, read where the program has them: a new page is attacked from its first day."""

import re
from pathlib import Path

PORTAL = Path(__file__).parents[2] / "Sources" / "Portal"
FILES = ["Route.swift", "Administration.swift", "Enquiry.swift", "MonitoringProbe.swift"]
INFORMATION = (PORTAL / "Pages" / "InformationPages.swift").read_text("utf-8")

PATHS = sorted(
    {path for file in FILES for path in re.findall(r'"(/[a-z/-]*)"', (PORTAL / file).read_text("utf-8"))}
    | {f"/{name}" for name in re.findall(r'static let name = "([a-z-]+)"', INFORMATION)}
)
