"""Pages as GoldenTests wrote them to PAGES_DIRECTORY: every page and every state of an error, in both languages."""

import functools
import http.server
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

CHECKOUT = Path(__file__).parents[2]
sys.path.insert(0, str(CHECKOUT / "Tests/BrowserTests"))

from browsers import started_chromium  # noqa: E402


@pytest.fixture(scope="session")
def pages() -> list[Path]:
    found = sorted(Path(os.environ["PAGES_DIRECTORY"]).glob("*.html"))
    kept = (CHECKOUT / "Tests/IntegrationTests/Goldens").glob("*.html")
    assert {file.name for file in found} == {file.name for file in kept}
    return found


class _Server(http.server.SimpleHTTPRequestHandler):
    """The pages at the top, the portal's assets below /assets/, one picture for every captcha."""

    def __init__(self, *arguments, pages: Path, **options):
        self._pages = pages
        super().__init__(*arguments, directory=str(CHECKOUT / "nginx"), **options)

    def translate_path(self, path: str) -> str:
        if path.startswith("/captcha/"):
            path = "/assets/img/mark.svg"
        if path.startswith("/assets/"):
            return super().translate_path(path)
        return str(self._pages / path.split("?")[0].lstrip("/"))

    def log_message(self, *_):
        pass


@pytest.fixture(scope="session")
def address(pages) -> Iterator[str]:
    handler = functools.partial(_Server, pages=pages[0].parent)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with started_chromium() as browser:
        yield browser
