"""An SMTP relay that keeps what it gets, and fails as the recipient's name says: aiosmtpd on a socket of 127.0.0.1.

reject-… 550, defer-… 451 once, fatal-… 554 after the mail, hang-… no answer, half-… keeps the mail and cuts before
the 250 once, slow-… two seconds, pause-recipient-… and pause-data-… no answer at that point once,
gate-… not before `gate` is open.
"""

import asyncio
import ssl
import threading
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult


class MailRelay:
    def __init__(self, port: int = 0, certificate: ssl.SSLContext | None = None, password: str | None = None):
        self.mails: list[tuple[str, bytes]] = []
        self._failed: set[str] = set()
        self.gate = threading.Event()
        # Who was given no answer on purpose.
        self.paused: list[str] = []
        self._controller = Controller(
            self,
            hostname="127.0.0.1",
            port=port or free_port(),
            # Every transfer as it came: aiosmtpd would mend ends of lines.
            decode_data=False,
            tls_context=certificate,
            require_starttls=certificate is not None,
            auth_required=password is not None,
            authenticator=lambda server, session, envelope, mechanism, data: AuthResult(
                success=data.password.decode() == password, handled=False
            ),
        )
        self._controller.start()
        self.port = self._controller.port

    def stop(self) -> None:
        self._controller.stop()

    def mails_to(self, address: str) -> list[EmailMessage]:
        return [message_from_bytes(content, policy=policy.default) for to, content in self.mails if to == address]

    def contents_to(self, address: str) -> list[bytes]:
        return [content for to, content in self.mails if to == address]

    def _fails_now(self, address: str, prefix: str) -> bool:
        """Once for each address."""
        if not address.startswith(prefix) or address in self._failed:
            return False
        self._failed.add(address)
        return True

    async def _pause(self, address: str, prefix: str) -> None:
        if self._fails_now(address, prefix):
            self.paused.append(address)
            await asyncio.sleep(12)

    async def handle_RCPT(self, server: SMTP, session, envelope, address: str, options: list[str]) -> str:
        await self._pause(address, "pause-recipient-")
        if address.startswith("reject-"):
            return "550 5.1.1 no such user"
        if self._fails_now(address, "defer-"):
            return "451 4.3.0 try later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session, envelope) -> str:
        assert len(envelope.rcpt_tos) == 1
        [to] = envelope.rcpt_tos
        if to.startswith("fatal-"):
            return "554 5.6.0 not this one"
        if to.startswith("hang-"):
            await asyncio.sleep(12)
        await self._pause(to, "pause-data-")
        if to.startswith("gate-"):
            self.paused.append(to)
            while not self.gate.is_set():
                await asyncio.sleep(0.01)
        if to.startswith("slow-"):
            await asyncio.sleep(2)
        self.mails.append((to, envelope.original_content))
        if self._fails_now(to, "half-"):
            server.transport.abort()
            await asyncio.sleep(0.1)
        return "250 2.0.0 queued"


def free_port() -> int:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]
