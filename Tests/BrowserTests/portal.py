"""The portal that script/server started."""

from dataclasses import dataclass

from messages import Messages
from sample_master import Registrants
from visitor import Visitor


@dataclass(frozen=True)
class Portal:
    address: str
    messages: Messages
    captcha: str
    registrants: Registrants

    def visitor(self) -> Visitor:
        return Visitor(self.address)
