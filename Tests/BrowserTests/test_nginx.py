"""What nginx answers by itself, or keeps from the portal."""

import http.client
import urllib.parse

import pytest


def ask(portal, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None):
    host = urllib.parse.urlsplit(portal.address)
    connection = http.client.HTTPConnection(host.hostname, host.port, timeout=30)
    try:
        connection.request(method, path, body, headers or {})
        response = connection.getresponse()
        response.read()
        return response
    finally:
        connection.close()


def test_an_asset_is_kept_for_long_and_is_compressed(portal):
    response = ask(portal, "GET", "/assets/error.v1.css", headers={"Accept-Encoding": "gzip"})
    assert response.status == 200
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.headers["Content-Encoding"] == "gzip"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/assets/nothing.css", None, 404),
        ("GET", "/assets/unavailable.html", None, 404),
        ("GET", "/.git/config", None, 404),
        ("PUT", "/register", b"iec=1", 405),
        ("TRACE", "/", None, 405),
        ("POST", "/register", b"x" * 16_385, 413),
        ("GET", "/%00", None, 400),
    ],
)
def test_what_is_refused_by_nginx_has_its_status_and_security_headers(portal, method, path, body, status):
    """B12: every header on every answer, nginx's own among them."""
    response = ask(portal, method, path, body)
    assert response.status == status
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["Server"] == "nginx"


def test_a_page_has_each_security_header_once(portal):
    """B12: every header on every answer, nginx's own among them."""
    response = ask(portal, "GET", "/register")
    assert response.status == 200
    for name in ["Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "Cache-Control"]:
        assert len(response.headers.get_all(name) or []) == 1, name
    assert "unsafe-inline" not in response.headers["Content-Security-Policy"]


def test_an_unknown_host_is_closed_without_an_answer(portal):
    """A11: closed or 400; mails and redirects know the configured origin alone."""
    with pytest.raises(ConnectionResetError):
        ask(portal, "GET", "/", headers={"Host": "somewhere.example"})


def test_the_probes_answer_the_machine_itself(portal):
    assert [ask(portal, "GET", path).status for path in ("/healthz", "/readyz")] == [200, 200]
