"""The house agrees with its drawing. Each rule is a function of a module's name and source, so that every
rule is also shown to fail."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("mocks", "sim", "scenarios", "loadtests")
#: Who may import whom: only what stands before it.
ARROW = ("mocks", "sim", "scenarios", "loadtests")
#: Libraries that a package must not touch.
KEPT_OUT = {
    "mocks": {"simpy", "faker", "locust", "pytest", "respx", "numpy", "matplotlib", "typer", "rich"},
    "sim": {"locust", "pytest", "respx", "httpx", "starlette.testclient"},
    "scenarios": {"locust", "respx", "simpy", "faker"},
    "loadtests": {"pytest", "respx", "faker"},
}
#: Modules that touch the outside for everybody else.
ADAPTERS = ("mocks/drivers/", "mocks/serve.py")
OUTSIDE_MODULES = frozenset(
    ("anyio", "asyncio", "concurrent", "http.client", "httpx", "multiprocessing", "random", "secrets",
     "selectors", "socket", "ssl", "subprocess", "threading", "time", "trio", "urllib.request")
)  # fmt: skip
OUTSIDE_NAMES = frozenset(
    ("TestClient", "BackgroundTask", "BackgroundTasks", "StreamingResponse", "FileResponse", "StaticFiles",
     "BaseHTTPMiddleware", "run_in_threadpool", "is_disconnected", "uuid1", "uuid4", "urandom", "utcnow",
     "getrandbits")
)  # fmt: skip
VAGUE = frozenset(("utils", "util", "helpers", "helper", "common", "manager", "managers", "misc"))
LONGEST_MODULE = 450
_MACHINE_PATH = re.compile(r"(?<![\w.:/<{}*-])/(?:work|tmp|home|root|Users)/\w")
PROJECT_TEXT = {
    ".py",
    ".md",
    ".toml",
    ".html",
    ".css",
    ".js",
    ".json",
    ".txt",
    ".cfg",
    ".ini",
    ".yaml",
    ".yml",
}


def modules(*packages: str) -> Iterator[tuple[str, str]]:
    """Name relative to the root (``mocks/vans/app.py``) and source of each module."""
    for package in packages:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def imported(source: str) -> Iterator[tuple[int, str]]:
    """Line and full dotted name of everything that is imported, at any depth."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield node.lineno, f"{'.' * node.level}{node.module or ''}.{alias.name}"


def within(name: str, modules: frozenset[str] | set[str]) -> bool:
    return any(name == module or name.startswith(module + ".") for module in modules)


# The rules ---------------------------------------------------------------------------------------------


def against_the_arrow(module: str, source: str) -> list[str]:
    """Imports of a package that stands after the module's own, of tests, or of a library kept out of it."""
    own = module.partition("/")[0]
    later = set(ARROW[ARROW.index(own) + 1 :]) | {"tests"}
    return [
        f"{module}:{line} imports {name}"
        for line, name in imported(source)
        if within(name, later | KEPT_OUT[own]) or name.startswith("..")
    ]


def touches_the_outside(module: str, source: str) -> list[str]:
    """Clocks, randomness, sockets, threads, and the parts of Starlette that cannot live in virtual time."""
    if module.startswith(ADAPTERS):
        return []
    found = [
        f"{module}:{line} imports {name}" for line, name in imported(source) if within(name, OUTSIDE_MODULES)
    ]
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Name(id=name) | ast.alias(name=name) if name in OUTSIDE_NAMES:
                found.append(f"{module}:{node.lineno} uses {name}")
            case ast.Attribute(attr=name) if name in OUTSIDE_NAMES:
                found.append(f"{module}:{node.lineno} uses {name}")
            case ast.Attribute(value=owner, attr="now" | "today") if _last_name(owner) in (
                "datetime",
                "date",
            ):
                found.append(f"{module}:{node.lineno} reads the clock by {ast.unparse(node)}")
            case ast.Attribute(value=owner, attr="sleep") if _last_name(owner).lstrip("_") != "clock":
                found.append(f"{module}:{node.lineno} sleeps by {ast.unparse(node)}, not by its clock")
            case ast.Call(func=ast.Name(id="hash")):
                found.append(f"{module}:{node.lineno} uses hash(), which differs between processes")
    return found


def _last_name(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def synchronous_endpoints(module: str, source: str) -> list[str]:
    """Functions given to ``Route`` that are not ``async def``: Starlette would run them in a thread."""
    tree = ast.parse(source)
    plain = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    asynchronous = {node.name for node in ast.walk(tree) if isinstance(node, ast.AsyncFunctionDef)}
    found = []
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and _last_name(node.func) in ("Route", "add_route")):
            continue
        given = [*node.args[1:2], *(word.value for word in node.keywords if word.arg == "endpoint")]
        for endpoint in given:
            if isinstance(endpoint, ast.Lambda) or _last_name(endpoint) in plain - asynchronous:
                found.append(f"{module}:{node.lineno} routes to {ast.unparse(endpoint)}, which is not async")
    return found


def too_long(module: str, source: str) -> list[str]:
    lines = source.count("\n")
    return [f"{module} has {lines} lines; split it by what it is about"] if lines > LONGEST_MODULE else []


def vague_name(module: str, source: str) -> list[str]:
    words = {word for part in Path(module).with_suffix("").parts for word in part.split("_")}
    return [f"{module}: {word!r} says nothing about what it holds" for word in sorted(words & VAGUE)]


def without_docstring(module: str, source: str) -> list[str]:
    return [] if ast.get_docstring(ast.parse(source)) else [f"{module} does not say what it is for"]


def machine_paths(module: str, source: str) -> list[str]:
    """Paths of somebody's own machine."""
    return [
        f"{module}:{number} names a path of one machine: {line.strip()[:60]}"
        for number, line in enumerate(source.splitlines(), start=1)
        if _MACHINE_PATH.search(line)
    ]


Rule = Callable[[str, str], list[str]]
RULES: dict[Rule, tuple[str, ...]] = {
    against_the_arrow: PACKAGES,
    touches_the_outside: ("mocks",),
    synchronous_endpoints: ("mocks",),
    too_long: PACKAGES,
    vague_name: PACKAGES,
    without_docstring: PACKAGES,
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_project_keeps_its_rules(rule: Rule) -> None:
    found = [complaint for module, source in modules(*RULES[rule]) for complaint in rule(module, source)]
    assert found == []


def test_every_package_of_ours_can_carry_resources() -> None:
    folders = {(ROOT / module).parent for module, _ in modules(*PACKAGES)}
    assert [
        str(folder.relative_to(ROOT)) for folder in sorted(folders) if not (folder / "__init__.py").exists()
    ] == []


def test_no_project_file_names_a_path_of_one_machine() -> None:
    places = [ROOT / name for name in (*PACKAGES, "tests", "docs")]
    files = [path for place in places for path in place.rglob("*") if path.suffix in PROJECT_TEXT]
    files += [path for path in ROOT.iterdir() if path.suffix in PROJECT_TEXT or path.name == "Makefile"]
    found = [
        complaint
        for path in sorted(files)
        if path != Path(__file__)
        for complaint in machine_paths(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
    ]
    assert found == []


# Each rule fails once ----------------------------------------------------------------------------------

BROKEN: list[tuple[Rule, str, str]] = [
    (against_the_arrow, "mocks/a.py", "import sim.kernel"),
    (against_the_arrow, "mocks/a.py", "from sim import kernel"),
    (against_the_arrow, "mocks/a.py", "def f():\n    import simpy"),
    (against_the_arrow, "mocks/a.py", "from respx import Router"),
    (against_the_arrow, "mocks/a.py", "from ..sim import kernel"),
    (against_the_arrow, "sim/a.py", "from scenarios.verdict import Verdict"),
    (against_the_arrow, "sim/a.py", "import httpx"),
    (against_the_arrow, "scenarios/a.py", "import locust.runners"),
    (against_the_arrow, "scenarios/a.py", "from loadtests import schedule"),
    (against_the_arrow, "loadtests/a.py", "import tests.drivers.harness"),
    (touches_the_outside, "mocks/a.py", "import asyncio"),
    (touches_the_outside, "mocks/a.py", "from time import monotonic"),
    (touches_the_outside, "mocks/a.py", "from urllib import request"),
    (touches_the_outside, "mocks/a.py", "from uuid import uuid4"),
    (touches_the_outside, "mocks/a.py", "import uuid\nuuid.uuid4()"),
    (touches_the_outside, "mocks/a.py", "import os\nos.urandom(3)"),
    (touches_the_outside, "mocks/a.py", "from datetime import datetime\ndatetime.now()"),
    (touches_the_outside, "mocks/a.py", "import datetime\ndatetime.datetime.now()"),
    (touches_the_outside, "mocks/a.py", "import datetime\nnow = datetime.datetime.utcnow"),
    (touches_the_outside, "mocks/a.py", "from datetime import date\ndate.today()"),
    (touches_the_outside, "mocks/a.py", "async def f(self):\n    await self.loop.sleep(1)"),
    (touches_the_outside, "mocks/a.py", "from starlette.testclient import TestClient"),
    (touches_the_outside, "mocks/a.py", "from starlette.background import BackgroundTask"),
    (touches_the_outside, "mocks/a.py", "import starlette.responses as r\nr.StreamingResponse([])"),
    (touches_the_outside, "mocks/a.py", "from starlette.responses import FileResponse as F"),
    (touches_the_outside, "mocks/a.py", "from starlette.staticfiles import StaticFiles"),
    (touches_the_outside, "mocks/a.py", "class M(BaseHTTPMiddleware): ..."),
    (touches_the_outside, "mocks/a.py", "async def f(r):\n    await r.is_disconnected()"),
    (touches_the_outside, "mocks/a.py", "run_in_threadpool(f)"),
    (touches_the_outside, "mocks/a.py", "key = hash('a')"),
    (touches_the_outside, "mocks/drivers_of_another_kind.py", "import socket"),
    (synchronous_endpoints, "mocks/a.py", "def f(r): ...\nRoute('/x', f)"),
    (synchronous_endpoints, "mocks/a.py", "def g():\n    def f(r): ...\n    return Route('/x', endpoint=f)"),
    (synchronous_endpoints, "mocks/a.py", "class D:\n  def f(s, r): ...\n  def r(s): Route('/x', s.f)"),
    (synchronous_endpoints, "mocks/a.py", "Route('/x', lambda r: r)"),
    (too_long, "mocks/a.py", "\n" * 451),
    (vague_name, "mocks/utils.py", ""),
    (vague_name, "mocks/common/letters.py", ""),
    (vague_name, "sim/xml_helpers.py", ""),
    (without_docstring, "mocks/a.py", "import os"),
    (machine_paths, "docs/a.md", "see /wo" + "rk/shared/facts.md"),
    (machine_paths, "docs/a.md", "`/tm" + "p/out`"),
    (machine_paths, "tests/a.py", 'Path("/ro' + 'ot/x")'),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "module", "source"), BROKEN)
def test_a_broken_rule_is_found(rule: Rule, module: str, source: str) -> None:
    assert rule(module, source) != []


KEPT: list[tuple[Rule, str, str]] = [
    (against_the_arrow, "mocks/a.py", "import simplejson\nfrom mocks.vans import app\nimport starlette"),
    (against_the_arrow, "loadtests/a.py", "import locust\nfrom sim import nation\nimport mocks"),
    (touches_the_outside, "mocks/drivers/a.py", "import asyncio, time, httpx"),
    (touches_the_outside, "mocks/a.py", "async def f(runtime):\n    await runtime.clock.sleep(1)"),
    (touches_the_outside, "mocks/a.py", "def f(self):\n    return self.clock.now()"),
    (touches_the_outside, "mocks/a.py", "import uuid\nfrom datetime import datetime\nimport timeit, http"),
    (synchronous_endpoints, "mocks/a.py", "async def f(r): ...\nRoute('/x', f)"),
    (too_long, "mocks/a.py", "\n" * 450),
    (vague_name, "mocks/community.py", ""),
    (without_docstring, "mocks/a.py", '"""What it is for."""'),
    (machine_paths, "docs/a.md", "http://127.0.0.1:8401/wo" + "rk/list and ../ro" + "ot/x"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "module", "source"), KEPT)
def test_a_kept_rule_is_not_complained_about(rule: Rule, module: str, source: str) -> None:
    assert rule(module, source) == []


def test_each_rule_has_been_broken_once() -> None:
    assert {rule for rule, _, _ in BROKEN} == {*RULES, machine_paths}
