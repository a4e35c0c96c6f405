"""Firefox, worked by real keys and clicks, without a driver between: it speaks WebDriver BiDi itself."""

import json
import os
import re
import signal
import subprocess
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from websockets.sync.client import connect

from bidi import Session

EVENTS = ["browsingContext.load", "browsingContext.userPromptOpened", "log.entryAdded", "network.responseCompleted"]
# Names lead nowhere: a browser that nobody asked to does not call home.
PREFERENCES = """\
user_pref("network.dns.disabled", true);
user_pref("network.proxy.type", 0);
"""
# The field that was typed into scrolls to its caret once more, with the next frame.
SCROLL_TO = """async (element) => {
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  element.scrollIntoView({ block: "center", behavior: "instant" });
}"""
LISTENING = re.compile(r"WebDriver BiDi listening on (ws://\S+)")


@contextmanager
def running_firefox(directory: Path) -> Iterator[Session]:
    """A Firefox with all its files in that directory; it ends with the block, and whatever it started with it."""
    (directory / "user.js").write_text(PREFERENCES, encoding="utf-8")
    log = directory / "firefox.log"
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            ["firefox-esr", "--headless", "--no-remote", "--remote-debugging-port=0", "--profile", directory],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=os.environ | {"HOME": str(directory), "MOZ_CRASHREPORTER_DISABLE": "1"},
            # Its processes are a group of their own, which can be ended as one.
            start_new_session=True,
        )
    try:
        with connect(f"{_address(process, log)}/session", proxy=None, max_size=None) as socket:
            session = Session(socket)
            # OK to what a page asks: a click answers only when its confirm box is closed.
            session.call("session.new", capabilities={"alwaysMatch": {"unhandledPromptBehavior": {"confirm": "accept"}}})
            session.call("session.subscribe", events=EVENTS)
            yield session
            session.call("browser.close")
        process.wait(10)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _address(process: subprocess.Popen, log: Path) -> str:
    deadline = time.monotonic() + 20
    while not (found := LISTENING.search(text := log.read_text(encoding="utf-8"))):
        assert process.poll() is None and time.monotonic() < deadline, f"Firefox does not listen: {text}"
        time.sleep(0.05)
    return found.group(1)


class Tab:
    """A tab with cookies of its own, and what goes wrong in it: a failing script, a breach of the content security
    policy, a missing file."""

    def __init__(self, session: Session, address: str):
        self.problems: list[str] = []
        self.asked: list[str] = []
        self._session = session
        self._address = address
        self._loaded = ""
        self._user = session.call("browser.createUserContext")["userContext"]
        self._context = session.call("browsingContext.create", type="tab", userContext=self._user)["context"]
        session.on_event(self._note)

    def close(self) -> None:
        self._session.call("browser.removeUserContext", userContext=self._user)

    def go(self, path: str) -> None:
        self._call("browsingContext.navigate", url=self._address + path, wait="complete")

    def is_at(self, path: str) -> None:
        """The page is there, and its script has run."""
        self._session.wait_until(lambda: urllib.parse.urlsplit(self._loaded).path == path, f"{path} is loaded")

    def evaluate(self, expression: str):
        """The value of a script's expression, or of what it promises."""
        done = self._call(
            "script.evaluate",
            expression=f"Promise.resolve({expression}).then((value) => JSON.stringify(value ?? null))",
            target={"context": self._context},
            awaitPromise=True,
        )
        assert done["type"] == "success", done["exceptionDetails"]["text"]
        return json.loads(done["result"]["value"])

    def run(self, script: str) -> None:
        self._call("script.evaluate", expression=script, target={"context": self._context}, awaitPromise=False)

    def says(self, text: str) -> None:
        shown = self.evaluate("document.querySelector('main').innerText")
        assert text in shown, f"{text!r} is not in {shown!r}"

    def press(self, role: str, name: str) -> None:
        """Clicks the first link or button of that name, which leads to another page."""
        found = self._find({"type": "accessibility", "value": {"role": role, "name": name}})
        self._loaded = ""
        self._click(found)

    def fill(self, **values: str) -> None:
        for name, value in values.items():
            self._click(self._find({"type": "css", "value": f"main [name={name}]"}))
            keys = [{"type": kind, "value": key} for key in value for kind in ("keyDown", "keyUp")]
            self._call("input.performActions", actions=[{"type": "key", "id": "keyboard", "actions": keys}])

    def take_session(self, cookies: list[tuple[str, str]]) -> None:
        host = urllib.parse.urlsplit(self._address).hostname
        for name, value in cookies:
            self._session.call(
                "storage.setCookie",
                cookie={"name": name, "value": {"type": "string", "value": value}, "domain": host},
                partition={"type": "storageKey", "userContext": self._user},
            )

    def resize(self, width: int, height: int = 800) -> None:
        self._call("browsingContext.setViewport", viewport={"width": width, "height": height})

    def _call(self, method: str, **parameters) -> dict:
        own = {} if "target" in parameters else {"context": self._context}
        return self._session.call(method, **own, **parameters)

    def _find(self, locator: dict) -> dict:
        found = self._call("browsingContext.locateNodes", locator=locator, maxNodeCount=1)["nodes"]
        assert found, f"{self._loaded} has no {locator['value']}"
        return {"sharedId": found[0]["sharedId"]}

    def _click(self, element: dict) -> None:
        self._call(
            "script.callFunction",
            functionDeclaration=SCROLL_TO,
            arguments=[element],
            target={"context": self._context},
            awaitPromise=True,
        )
        there = {"type": "pointerMove", "x": 0, "y": 0, "origin": {"type": "element", "element": element}}
        click = [there, {"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}]
        self._call("input.performActions", actions=[{"type": "pointer", "id": "mouse", "actions": click}])

    def _note(self, event: str, told: dict) -> None:
        if told.get("context", told.get("source", {}).get("context")) != self._context:
            return
        match event:
            case "browsingContext.load":
                self._loaded = told["url"]
            case "browsingContext.userPromptOpened":
                self.asked.append(told["message"])
            case "log.entryAdded" if told["level"] in ("error", "warn"):
                self.problems.append(f"{told['text']} ({self._loaded})")
            case "network.responseCompleted" if told["response"]["status"] >= 400:
                self.problems.append(f"{told['response']['status']} for {told['request']['url']}")
