"""A headless Chromium, steered through its debugging pipe: no driver, no port, nothing but the browser."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import select
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any, Self

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
#: How long the browser may take for anything, in seconds.
PATIENCE = 60.0


def found() -> str | None:
    """The browser of this machine; ``$CHROMIUM`` names another."""
    named = os.environ.get("CHROMIUM")
    return named or next((path for name in NAMES if (path := shutil.which(name))), None)


class Chromium:
    """One browser process with a profile of its own; ``with Chromium(path, folder) as browser``."""

    def __init__(self, path: str, folder: Path) -> None:
        to_read, self._write = os.pipe()
        self._read, to_write = os.pipe()

        def hand_over() -> None:
            # The browser reads commands from 3 and writes answers to 4.
            ours, theirs = os.dup(to_read), os.dup(to_write)
            os.dup2(ours, 3)
            os.dup2(theirs, 4)

        self._process = subprocess.Popen(
            [
                path, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--disable-dev-shm-usage", "--force-color-profile=srgb", "--remote-debugging-pipe",
                f"--user-data-dir={folder}", "about:blank",
            ],
            preexec_fn=hand_over, pass_fds=(3, 4), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(to_read)
        os.close(to_write)
        self._buffer, self._number = b"", 0
        self.events: list[dict[str, Any]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(Exception):
            self.command("Browser.close")
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(10)
        self._process.kill()
        self._process.wait()
        os.close(self._write)
        os.close(self._read)

    def command(self, method: str, session: str = "", **parameters: Any) -> dict[str, Any]:
        """Give a command and wait for its answer. What happens meanwhile is kept in ``events``."""
        self._number += 1
        number = self._number
        message: dict[str, Any] = {"id": number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            said = self._next(time.monotonic() + PATIENCE)
            if said.get("id") == number:
                if "error" in said:
                    raise RuntimeError(f"{method}: {said['error']['message']}")
                answer: dict[str, Any] = said["result"]
                return answer
            self.events.append(said)

    def wait_for(self, name: str, session: str) -> dict[str, Any]:
        """The next event of this name; one that came already counts, once."""
        end = time.monotonic() + PATIENCE
        while True:
            for place, event in enumerate(self.events):
                if event.get("method") == name and event.get("sessionId") == session:
                    return self.events.pop(place)
            self.events.append(self._next(end))

    def _next(self, end: float) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._read], [], [], max(end - time.monotonic(), 0))
            chunk = os.read(self._read, 1 << 20) if ready else b""
            if not chunk:
                raise TimeoutError(f"the browser said nothing for {PATIENCE:g} s")
            self._buffer += chunk
        raw, _, self._buffer = self._buffer.partition(b"\0")
        said: dict[str, Any] = json.loads(raw)
        return said

    def tab(self, width: int = 1280, height: int = 900) -> Tab:
        """A new tab in which pages run no script of their own."""
        return Tab(self, width, height)


class Tab:
    """One tab. ``asked``: every address that its pages asked for; ``complaints``: what the browser did not
    allow them, and other errors."""

    def __init__(self, browser: Chromium, width: int, height: int) -> None:
        self._browser, self._width = browser, width
        target = browser.command("Target.createTarget", url="about:blank")["targetId"]
        attached = browser.command("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for method in ("Page.enable", "Network.enable", "Log.enable", "Runtime.enable"):
            self._do(method)
        self._do("Emulation.setScriptExecutionDisabled", value=True)
        self._do(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    def _do(self, method: str, **parameters: Any) -> dict[str, Any]:
        return self._browser.command(method, self._session, **parameters)

    def go(self, url: str) -> None:
        self._forget_loads()
        self._do("Page.navigate", url=url)
        self._browser.wait_for("Page.loadEventFired", self._session)

    def evaluate(self, expression: str) -> Any:
        """What an expression gives in the page."""
        answer = self._do("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"]["exception"]["description"])
        return answer["result"].get("value")

    def texts(self, selector: str) -> list[str]:
        """What a reader sees of these elements, white space made one."""
        script = (
            f"[...document.querySelectorAll({json.dumps(selector)})]"
            ".map(e => e.innerText.replace(/\\s+/g, ' ').trim())"
        )
        found: list[str] = self.evaluate(script)
        return found

    def type(self, **fields: str) -> None:
        """Type into fields, by their names, with the keyboard."""
        for name, text in fields.items():
            focused = self.evaluate(
                f"(e => e && (e.focus(), document.activeElement === e))"
                f"(document.querySelector('main [name={json.dumps(name)}]:not([type=hidden])'))"
            )
            assert focused, f"no field {name!r} on the page"
            self._do("Input.insertText", text=text)

    def press(self, words: str) -> None:
        """Press the button that says so (or is labelled so) and wait for the next page."""
        self._forget_loads()
        done = self.evaluate(
            "(w => { for (const b of document.querySelectorAll('button')) {"
            " if (b.innerText.replace(/\\s+/g, ' ').trim() === w || b.getAttribute('aria-label') === w) {"
            f" b.click(); return true; }} }} return false; }})({json.dumps(words)})"
        )
        assert done, f"no button {words!r}; there are {self.texts('button')}"
        self._browser.wait_for("Page.loadEventFired", self._session)

    def press_first(self, selector: str) -> None:
        """Press the first button that a selector finds, and wait for the next page."""
        self._forget_loads()
        self.follow(selector)
        self._browser.wait_for("Page.loadEventFired", self._session)

    def follow(self, selector: str) -> None:
        """Follow a link within the page."""
        self.evaluate(f"document.querySelector({json.dumps(selector)}).click()")

    def key(self, key: str) -> None:
        """Press a key, as ``Tab``."""
        for kind in ("keyDown", "keyUp"):
            self._do("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=9)

    def _forget_loads(self) -> None:
        events = self._browser.events
        events[:] = [e for e in events if e.get("method") != "Page.loadEventFired"]

    @property
    def url(self) -> str:
        return str(self.evaluate("location.href"))

    @property
    def asked(self) -> list[str]:
        return [e["params"]["request"]["url"] for e in self._events("Network.requestWillBeSent")]

    @property
    def complaints(self) -> list[str]:
        entries = [e["params"]["entry"] for e in self._events("Log.entryAdded")]
        return [f"{e['level']}: {e['text']}" for e in entries if e["source"] != "network"]

    def _events(self, name: str) -> list[dict[str, Any]]:
        self.evaluate("1")  # whatever the browser has to say comes before the answer
        return [
            e for e in self._browser.events if e.get("method") == name and e.get("sessionId") == self._session
        ]

    def picture(self) -> bytes:
        """The whole page as PNG, in the width of the tab."""
        size = self._do("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": self._width, "height": size["height"], "scale": 1}
        shot = self._do("Page.captureScreenshot", format="png", clip=clip, captureBeyondViewport=True)
        return base64.b64decode(shot["data"])
