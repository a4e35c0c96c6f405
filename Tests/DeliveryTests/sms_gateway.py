"""An SMS gateway that takes forms, keeps them, and answers as it is told."""

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl


class SMSGateway:
    """`mode`: ok, error (200 with an error in the body), throttled, final, nic (as NIC says that it took it), 500, redirect, cut (half an answer), hang."""

    def __init__(self, mode: str = "ok", port: int = 0):
        self.mode = mode
        self.forms: list[dict[str, str]] = []
        self.redirected = 0
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                if self.path == "/elsewhere":
                    gateway.redirected += 1
                    return self._answer(200, "status=ok")
                pairs = parse_qsl(body, keep_blank_values=True, strict_parsing=True)
                assert len(pairs) == len(dict(pairs))
                gateway.forms.append({"to": dict(pairs).get("mnumber", "")} | dict(pairs))
                match gateway.mode:
                    case "ok":
                        self._answer(200, "status=ok")
                    case "nic":
                        self._answer(200, "Message Accepted for Request ID=1~code=API000 & info=ok")
                    case "error":
                        self._answer(200, "status=failed")
                    case "throttled":
                        self._answer(200, "status=limit")
                    case "final":
                        self._answer(200, "status=invalid")
                    case "500":
                        self._answer(500, "status=ok")
                    case "redirect":
                        self.send_response(307)
                        self.send_header("Location", "/elsewhere")
                        self.send_header("Content-Length", "0")
                        self.end_headers()
                    case "cut":
                        self.send_response(200)
                        self.send_header("Content-Length", "100")
                        self.end_headers()
                        self.wfile.write(b"status=ok")
                        self.wfile.flush()
                        self.close_connection = True
                    case "hang":
                        time.sleep(8)
                        self.close_connection = True

            do_GET = do_POST

            def _answer(self, status: int, text: str) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *arguments):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def forms_to(self, number: str) -> list[dict[str, str]]:
        return [form for form in self.forms if form["to"] == f"91{number}"]
