"""nginx/portal.conf as production has it: TLS, rates, hosts, files; and what a production configuration refuses."""

import os
import re
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from addresses import fresh_address
from moved_clock import CHECKOUT
from raw_http import RawAnswer, answers, message, receive
from set_ups import run_directory

HOST = "portal.example"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@dataclass(frozen=True)
class ProductionNginx:
    plain: int
    secure: int
    authority: Path

    def context(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=self.authority)
        # What a client of twenty years ago would offer: that it is refused is the server's doing.
        context.set_ciphers("ALL:@SECLEVEL=0")
        return context

    def connect(self, context: ssl.SSLContext | None = None, name: str = HOST, source: str = "") -> ssl.SSLSocket:
        address = ("127.0.0.1", self.secure)
        connection = socket.create_connection(address, timeout=10, source_address=(source or fresh_address(), 0))
        return (context or self.context()).wrap_socket(connection, server_hostname=name)

    def get(self, path: str, source: str = "") -> RawAnswer:
        with self.connect(source=source) as connection:
            connection.sendall(message("GET", path, [("Host", HOST), ("Connection", "close")]))
            [answer] = answers(receive(connection))
            return answer


@pytest.fixture(scope="module")
def nginx(portal, tmp_path_factory) -> Iterator[ProductionNginx]:
    """The production file with paths and ports that exist here, before the portal of the set-up."""
    directory = tmp_path_factory.mktemp("production")
    (directory / "tls").mkdir()
    (directory / "snippets").symlink_to(CHECKOUT / "nginx" / "snippets")
    certificate, key = directory / "tls" / "portal.crt", directory / "tls" / "portal.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={HOST}", "-days", "1"]
        + ["-addext", f"subjectAltName=DNS:{HOST}", "-keyout", key, "-out", certificate],
        check=True,
        capture_output=True,
    )
    ports = {"80": free_port(), "443": free_port(), "127.0.0.1:8091": free_port(), "127.0.0.1:8092": free_port()}
    upstream = (CHECKOUT / "nginx" / "upstream.conf").read_text("utf-8")
    upstream = upstream.replace("/run/icegate/portal-1.sock", str(run_directory().resolve() / "portal.sock"))
    upstream = re.sub(r" *server unix:/run/icegate/portal-2.sock.*\n", "", upstream)
    (directory / "upstream.conf").write_text(upstream, "utf-8")
    text = (CHECKOUT / "nginx" / "portal.conf").read_text("utf-8")
    text = text.replace("user www-data;", "user root;" if os.geteuid() == 0 else "")
    for old, new in {
        "/etc/icegate": directory,
        "/usr/share/icegate": CHECKOUT / "nginx",
        "/var/log/nginx": directory,
        "/run/nginx.pid": directory / "nginx.pid",
    }.items():
        text = text.replace(old, str(new))
    # One address of this machine is enough.
    text = re.sub(r" *listen \[::\]:.*\n", "", text)
    for old, new in ports.items():
        text = re.sub(rf"listen {re.escape(old)}\b", f"listen 127.0.0.1:{new}", text)
    file = directory / "portal.conf"
    file.write_text(text, "utf-8")
    log = (directory / "output").open("wb")
    path = f"{os.environ['PATH']}:/usr/sbin"
    process = subprocess.Popen(
        ["nginx", "-p", directory, "-c", file, "-g", "daemon off;"],
        stdout=log,
        stderr=log,
        env=os.environ | {"PATH": path},
    )
    deadline = time.monotonic() + 10
    while True:
        assert process.poll() is None and time.monotonic() < deadline, (directory / "output").read_text()
        try:
            socket.create_connection(("127.0.0.1", ports["443"]), timeout=1).close()
            break
        except ConnectionRefusedError:
            time.sleep(0.05)
    yield ProductionNginx(ports["80"], ports["443"], certificate)
    process.terminate()
    process.wait(timeout=10)


def test_a_page_comes_over_tls_and_is_wanted_over_tls_from_then_on(nginx):
    """E18, B12: with the header that says so, and over both protocols that hold."""
    answer = nginx.get("/register")
    assert answer.status == 200
    assert re.fullmatch(r"max-age=(\d+)", answer.one("strict-transport-security"))
    assert nginx.get("/assets/error.v1.css").one("strict-transport-security") == "max-age=31536000"
    for version in [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3]:
        context = nginx.context()
        context.minimum_version = context.maximum_version = version
        with nginx.connect(context) as connection:
            assert connection.version() == {"TLSv1_2": "TLSv1.2", "TLSv1_3": "TLSv1.3"}[version.name]


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
@pytest.mark.parametrize("version", ["TLSv1", "TLSv1_1"])
def test_older_protocols_are_not_spoken(nginx, version):
    """E18: the server says so itself."""
    context = nginx.context()
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion[version]
    with pytest.raises(ssl.SSLError) as refused:
        nginx.connect(context)
    assert "ALERT_PROTOCOL_VERSION" in str(refused.value)


WEAK = [
    "AES128-SHA",
    "AES256-SHA256",
    "AES128-GCM-SHA256",
    "ECDHE-RSA-AES128-SHA",
    "DHE-RSA-AES128-SHA",
]


@pytest.mark.parametrize("cipher", [*WEAK, "ECDHE-RSA-AES256-SHA384", "ADH-AES128-SHA256", "NULL-SHA256", "eNULL"])
def test_ciphers_without_forward_secrecy_or_authentication_are_refused(nginx, cipher):
    """E18: RSA key exchange, CBC, anonymous and null ciphers."""
    context = nginx.context()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(f"{cipher}:@SECLEVEL=0")
    with pytest.raises((ssl.SSLError, ConnectionResetError)) as refused:
        nginx.connect(context)
    assert "HANDSHAKE_FAILURE" in str(refused.value) or "reset" in str(refused.value)


@pytest.mark.parametrize("group", ["ffdhe2048", "ffdhe3072", "ffdhe4096", "ffdhe6144", "ffdhe8192"])
def test_no_handshake_makes_the_server_work_in_finite_fields(nginx, group):
    """E18: one with 8,192 bits costs it an eighth of a second and the client nothing."""

    def handshake(groups: str) -> str:
        address = ["-connect", f"127.0.0.1:{nginx.secure}", "-servername", HOST]
        done = subprocess.run(
            ["openssl", "s_client", *address, "-groups", groups],
            input="",
            capture_output=True,
            text=True,
            timeout=20,
        )
        return done.stdout + done.stderr

    assert "alert handshake failure" in handshake(group)
    assert "Server Temp Key: X25519" in handshake(f"{group}:X25519")


def test_no_client_renegotiates_and_no_session_is_sealed_for_long(nginx):
    """E18: what a client asks for in the middle, and tickets."""
    done = subprocess.run(
        ["openssl", "s_client", "-connect", f"127.0.0.1:{nginx.secure}", "-servername", HOST, "-tls1_2"],
        input="R\nGET / HTTP/1.0\n\n",
        capture_output=True,
        text=True,
        timeout=20,
    )
    assert "RENEGOTIATING" in done.stdout + done.stderr
    assert "no renegotiation" in done.stderr or "HTTP/1.1 200" not in done.stdout
    assert "TLS session ticket" not in done.stdout


def test_without_tls_and_under_another_name_there_is_no_page(nginx):
    """A11, E18: plain HTTP leads to the portal's own name; another name gets no certificate."""
    with socket.create_connection(("127.0.0.1", nginx.plain), timeout=10) as connection:
        request = message(
            "GET", "/register?lang=hi", [("Host", HOST), ("X-Forwarded-Host", "evil.example"), ("Connection", "close")]
        )
        connection.sendall(request)
        [answer] = answers(receive(connection))
    assert (answer.status, answer.one("location")) == (301, f"https://{HOST}/register?lang=hi")
    with socket.create_connection(("127.0.0.1", nginx.plain), timeout=10) as connection:
        connection.sendall(message("GET", "/", [("Host", "evil.example")]))
        assert receive(connection) == b""
    context = nginx.context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    for name in ["evil.example", "www.portal.example"]:
        with pytest.raises(ssl.SSLError) as refused:
            nginx.connect(context, name)
        assert "UNRECOGNIZED_NAME" in str(refused.value)


def test_an_address_gets_ten_captchas_a_minute_and_a_few_in_advance(nginx):
    """C26: who reads them by a program is slow."""
    source = fresh_address()
    statuses = [nginx.get("/captcha/image?token=0", source).status for _ in range(30)]
    assert statuses.count(429) >= 18 and statuses[0] == 404
    # Another address has its own count.
    assert nginx.get("/captcha/image?token=0").status == 404


def test_an_address_gets_pages_for_an_office_and_no_more(nginx):
    """E16: a burst of a hundred, then twenty a second; the page that says so has every header."""
    source = fresh_address()
    found = []
    with nginx.connect(source=source) as connection:
        for number in range(160):
            last = [("Connection", "close")] if number == 159 else []
            connection.sendall(message("GET", "/healthy-not", [("Host", HOST), *last]))
        received = receive(connection)
    found = [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", received)]
    assert 100 <= found.count(404) <= 130 and found.count(429) == 160 - found.count(404)
    assert re.search(rb"Retry-After: 10\r\n", received)


FILES = [
    *[
        "/.git/config",
        "/.git/HEAD",
        "/.env",
        "/.htaccess",
        "/.svn/entries",
        "/.DS_Store",
        "/.well-known/../.git/config",
    ],
    *[
        "/portal.conf",
        "/development.conf",
        "/snippets/http.conf",
        "/nginx.conf",
        "/icegate.conf",
        "/etc/icegate/icegate.conf",
    ],
    *[
        "/assets/",
        "/assets/css/",
        "/assets/css",
        "/assets/js/",
        "/assets/.",
        "/assets/..",
        "/assets../snippets/tls.conf",
    ],
    *[
        "/index.php",
        "/index.html.bak",
        "/register~",
        "/register.bak",
        "/register.old",
        "/backup.zip",
        "/dump.sql",
        "/db.sql.gz",
    ],
    *[
        "/wp-login.php",
        "/phpmyadmin/",
        "/server-status",
        "/nginx_status",
        "/cgi-bin/",
        "/actuator/env",
        "/debug/pprof/",
    ],
    *[
        "/debug",
        "/test",
        "/tests",
        "/dev",
        "/console",
        "/admin/",
        "/admin/debug",
        "/admin/console/",
        "/api",
        "/api/v1/users",
    ],
    *[
        "/swagger.json",
        "/openapi.json",
        "/graphql",
        "/metrics/",
        "/trace",
        "/config",
        "/config.json",
        "/keys",
        "/secrets/key",
    ],
    *["/Sources/Portal/Portal.swift", "/sql/roles.sql", "/script/server", "/README.md", "/Package.swift", "/messages/"],
]


def test_no_file_beside_the_assets_and_no_list_of_any_folder_is_served(nginx):
    """E19, E20: hidden files, backups, configuration, and doors that programs in development have."""
    for path in FILES:
        answer = nginx.get(path)
        # Below /admin/ strangers get 403; this machine's own addresses are let through to the portal, which has no such page.
        assert answer.status in (400, 404), f"{path}: {answer.status}"
        assert b"Index of" not in answer.body and b"server_name" not in answer.body


def configuration(changes: dict[str, str | None], directory: Path) -> Path:
    """The set-up's own configuration, as a production would have it but for the changes."""
    lines = dict(line.split("=", 1) for line in (run_directory() / "icegate.conf").read_text().splitlines())
    relay = {"COURIER_TRANSPORT": "gateways", "SMTP_HOST": "relay.example", "MAIL_FROM": "noreply@portal.example"}
    sms = {
        "SMS_GATEWAY": "form",
        "SMS_FORM_URL": "https://sms.example/send",
        "SMS_FORM_SECRET": "x",
        "SMS_FORM_ACCEPTED": "ok",
    }
    sms |= {"SMS_FORM_FIELDS": "to={number}&text={text}&key={secret}"}
    production = {
        "ICEGATE_ENVIRONMENT": "production",
        "ICEGATE_ORIGIN": "https://portal.example",
        "CAPTCHA_TEST_ANSWER": None,
    }
    lines = {name: value for name, value in (lines | relay | sms | production | changes).items() if value is not None}
    lines.pop("COURIER_DIRECTORY", None) if "COURIER_DIRECTORY" not in changes else None
    file = directory / "icegate.conf"
    file.write_text("".join(f'{name}="{value}"\n' for name, value in lines.items()))
    file.chmod(0o600)
    return file


def check(file: Path) -> subprocess.CompletedProcess:
    program = run_directory().resolve() / "bin" / "icegate-portal"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("CAPTCHA", "ICEGATE"))}
    return subprocess.run(
        [program, "--check", "--config", file], capture_output=True, text=True, timeout=60, env=environment
    )


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"CAPTCHA_TEST_ANSWER": "TEST42"}, "CAPTCHA_TEST_ANSWER"),
        ({"ICEGATE_ORIGIN": "http://portal.example"}, "ICEGATE_ORIGIN"),
        ({"COURIER_TRANSPORT": "file", "COURIER_DIRECTORY": "/tmp"}, "COURIER"),
        ({"SMS_FORM_URL": "http://sms.example/send"}, "SMS_FORM_URL"),
        ({"SMTP_TLS": "none"}, "SMTP_TLS"),
        ({"OTP_TEST_CODE": "123456"}, "OTP_TEST_CODE"),
    ],
)
def test_a_production_configuration_with_a_door_for_tests_is_refused_by_name(tmp_path, changes, named):
    """E20: a test answer, plain HTTP, messages as files, a gateway without TLS."""
    # Texts that operators know are of no interest here, and are named as missing either way.
    assert named not in check(configuration({}, tmp_path)).stderr
    done = check(configuration(changes, tmp_path))
    assert done.returncode != 0 and named in done.stderr
    assert "TEST42" not in done.stdout + done.stderr


def test_a_captchas_test_answer_in_the_environment_is_refused_as_well(tmp_path):
    """E20: the environment goes before the file."""
    program = run_directory().resolve() / "bin" / "icegate-portal"
    done = subprocess.run(
        [program, "--check", "--config", configuration({}, tmp_path)],
        capture_output=True,
        text=True,
        timeout=60,
        env=os.environ | {"CAPTCHA_TEST_ANSWER": "TEST42"},
    )
    assert done.returncode != 0 and "CAPTCHA_TEST_ANSWER" in done.stdout + done.stderr
