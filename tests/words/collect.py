"""Every message a person may see or hear, collected from the sources and the configurations.

The screen's own words are those that pass through ``_`` or ``marked``. The core knows no language: of the modules whose
messages reach the screen every literal that reads like words is taken, f-strings as templates with named places.
"""

from __future__ import annotations

import ast
import itertools
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent

TELLING = (
    "armctl/session.py",
    "armctl/access/*.py",
    "armctl/access/fit/words.py",
    "armctl/control/*.py",
    "armctl/hal/command.py",
    "armctl/kinematics/refusal.py",
    "armctl/kinematics/goal.py",
    "armctl/motion/*.py",
    "armctl/safety/*.py",
    "armctl/tasks/*.py",
    "armctl/tasks/steps/*.py",
    "drivers/*.py",
    "drivers/*/*.py",
    "sim/*.py",
    "sim/emulators/*.py",
)
"""Modules whose messages may reach the screen."""

SILENT = {
    "armctl/access/eventlog.py": "compares recorded input with what it gives now, for developers",
    "armctl/control/flight*.py": "the flight recorder: read on the terminal and in the replay",
    "armctl/control/process.py": "options of a process, told on the terminal",
    "armctl/control/realtime.py": "told on the terminal by doctor and run",
    "armctl/control/trace.py": "a file for developers",
    "armctl/control/sdnotify.py": "told to systemd",
    "armctl/safety/document.py": "writes a guide",
    "armctl/safety/faults.py": "puts the rows of the other tables together",
    "armctl/kinematics/goal.py": "what only a program can ask wrongly",
    "armctl/tasks/model.py": "what is wrong with a task file is told on the terminal",
    "armctl/motion/requests.py": "what only a program can ask wrongly",
    "drivers/bench.py": "calibration, on the terminal",
    "drivers/*/bench.py": "calibration, on the terminal",
    "drivers/servo_bench.py": "calibration, on the terminal",
    "drivers/discover.py": "doctor, on the terminal",
    "drivers/adapters.py": "doctor, on the terminal",
    "drivers/holders.py": "doctor, on the terminal",
    "drivers/drops.py": "log",
    "drivers/inputs/*.py": "log",
    "drivers/probes/*.py": "doctor, on the terminal",
    "drivers/*/codec.py": "bytes",
    "drivers/*/joints.py": "what is wrong with an arm's configuration is told on the terminal",
    "drivers/dynamixel/messages.py": "units of registers",
    "drivers/feetech/messages.py": "units of registers",
    "sim/users/*.py": "simulated people, on the terminal",
    "sim/emulat*/*.py": "an emulated device, on the terminal",
    "sim/witness.py": "the verdict over a simulated person's job, on the terminal",
    "sim/world_lock.py": "told on the terminal before the screen is there",
}
"""Of these, modules whose words stay away from it, and why."""

QUIET_CALLS = frozenset(
    {"debug", "info", "warning", "error", "exception", "critical", "log"}
    | {"ValueError", "TypeError", "KeyError", "RuntimeError", "IndexError", "AssertionError", "NotImplementedError"}
    | {"ConfigError", "compile", "add_argument", "ArgumentParser", "Field", "getLogger", "Struct"}
)
"""Calls whose words go to a log, to a developer, or to the terminal."""
QUIET_FUNCTIONS = frozenset({"check", "unknown", "__repr__", "__str__"})
"""Functions whose words go to the terminal: what is wrong with a task file."""
QUIET_BEGINNINGS = ("turn of the {}", "STATUS=", "G0 ", "G2202 ", "P2206 ", "M2203 ")
"""Pieces of names (`spoken_names` has them whole), and words for other programs: the service manager, a controller."""
QUIET_RECEIVERS = frozenset({"LOG", "_LOG", "logging", "logger"})
COMPOSED = (
    "Putting {what} back",
    "puts {what} back",
    "Putting {what} on {place}",
    "puts {what} on {place}",
)
"""Sentences that the core puts together from pieces: translated whole, because words change places."""


@dataclass(frozen=True)
class Found:
    """A message and where it stands."""

    text: str
    where: str


@cache
def all_messages(root: Path = ROOT) -> dict[str, list[str]]:
    """Return every message to the places where it stands."""
    found: dict[str, list[str]] = {}
    for one in itertools.chain(screen_messages(root), core_messages(root), data_messages(root), spoken_names(root)):
        places = found.setdefault(one.text, [])
        if one.where not in places:
            places.append(one.where)
    return found


def screen_messages(root: Path = ROOT) -> Iterator[Found]:
    """Yield what the screen's modules pass to ``_`` and ``marked``."""
    for path in sorted((root / "ui").rglob("*.py")):
        if path.name.startswith("replay"):
            continue  # for developers, with a keyboard
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("_", "marked"):
                for part in ast.walk(node.args[0]):
                    if (
                        isinstance(part, ast.Constant)
                        and isinstance(part.value, str)
                        and any(map(str.isalpha, part.value))
                    ):
                        yield Found(part.value, str(path.relative_to(root)))


def core_messages(root: Path = ROOT) -> Iterator[Found]:
    """Yield the literals of the modules that tell something."""
    paths = {path for pattern in TELLING for path in root.glob(pattern)}
    for path in sorted(paths):
        name = str(path.relative_to(root))
        if not any(fnmatch(name, pattern) for pattern in SILENT):
            collector = _Collector()
            collector.visit(ast.parse(path.read_text(encoding="utf-8")))
            for text in collector.found:
                yield Found(text, name)


class _Collector(ast.NodeVisitor):
    """Takes literals that read like words."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def visit_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):  # a docstring
            self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        if node.name not in QUIET_FUNCTIONS:
            for part in node.body:
                self.visit(part)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.value)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        self.visit(node.value)

    def visit_Call(self, node: ast.Call) -> None:
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        owner = getattr(getattr(node.func, "value", None), "id", "")
        if name not in QUIET_CALLS or (isinstance(node.func, ast.Attribute) and owner not in QUIET_RECEIVERS | {"re"}):
            self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> None:
        pass

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str) and worth(node.value):
            self.found.append(node.value.strip())

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        for parts in itertools.product(*(_alternatives(value) for value in node.values)):
            text = _template([part for group in parts for part in group])
            if worth(text.replace("{", "")) and not _only_units(text):
                self.found.append(text)
        for value in node.values:
            if isinstance(value, ast.FormattedValue) and not _words_of_choice(value.value):
                self.visit(value.value)


def worth(text: str) -> bool:
    """Tell whether ``text`` reads like words for a person: letters and a space, or a word that begins a sentence."""
    bare = text.strip()
    if bare.startswith(QUIET_BEGINNINGS) or not any(map(str.isalpha, bare)):
        return False
    return " " in bare or bool(re.fullmatch(r"[A-Z][a-z]{2,}[.!?]?", bare))


def _only_units(text: str) -> bool:
    bare = re.sub(r"\{[^}]*\}", "", text)
    return not [word for word in re.findall(r"[A-Za-z]+", bare) if word not in {"m", "mm", "s", "ms", "kg", "N", "V"}]


def _words_of_choice(node: ast.expr) -> tuple[str, ...]:
    """Return both words of ``'a' if c else 'b'``."""
    if isinstance(node, ast.IfExp):
        both = (node.body, node.orelse)
        words = tuple(part.value for part in both if isinstance(part, ast.Constant) and isinstance(part.value, str))
        return words if len(words) == 2 else ()
    return ()


def _alternatives(value: ast.expr) -> list[list[object]]:
    if isinstance(value, ast.FormattedValue) and (words := _words_of_choice(value.value)):
        return [[word] for word in words]
    return [[value.value if isinstance(value, ast.Constant) else value]]


def _template(parts: list[object]) -> str:
    """Return an f-string's parts as a template; places side by side become one."""
    text, names, after_place = "", [], False
    for part in parts:
        if isinstance(part, ast.FormattedValue):
            if after_place:
                continue
            spec = ast.unparse(part.format_spec)[2:-1] if part.format_spec is not None else ""
            names.append(_name(part.value, names))
            text += "{" + names[-1] + (f":{spec}" if spec and "{" not in spec else "") + "}"
            after_place = True
        else:
            text += str(part).replace("{", "{{").replace("}", "}}")
            after_place = False
    return text.strip()


def _name(node: ast.expr, taken: list[str]) -> str:
    """Return a name for the place that ``node`` fills: the last word in it."""
    words = [
        w for w in re.findall(r"[a-z][a-z_]+", ast.unparse(node)) if w not in {"self", "max", "min", "join", "for"}
    ]
    base = words[-1].strip("_") if words else "x"
    name, count = base, 2
    while name in taken:
        name, count = f"{base}{count}", count + 1
    return name


def data_messages(root: Path = ROOT) -> Iterator[Found]:
    """Yield what tasks and scenes call things, and what tasks say."""
    for path in sorted((root / "configs").glob("tasks/*.toml")):
        for text in _task_words(tomllib.loads(path.read_text(encoding="utf-8"))):
            yield Found(text, str(path.relative_to(root)))
    for path in sorted((root / "configs").glob("scenes/*.toml")):
        scene = tomllib.loads(path.read_text(encoding="utf-8"))
        for kind in ("furniture", "objects", "places"):
            for thing in scene.get(kind, {}).values():
                yield Found(thing["title"], str(path.relative_to(root)))
    for path in sorted((root / "configs").glob("arms/*.toml")):
        for pose in tomllib.loads(path.read_text(encoding="utf-8")).get("poses", {}):
            yield Found(pose.replace("_", " "), str(path.relative_to(root)))


def _task_words(table: dict[str, object]) -> Iterator[str]:
    for key, value in table.items():
        if key in ("title", "spoken", "ask", "yes", "no", "question", "answer", "text", "words"):
            yield str(value)
        elif key == "steps" and isinstance(value, list):
            for step in value:
                yield from _task_words(step)


def spoken_names(root: Path = ROOT) -> Iterator[Found]:
    """Yield the names that sentences are filled in with: joints, parts of the arm, modes, devices."""
    from armctl.access.events import POINTER
    from armctl.motion.words import joint_words
    from armctl.safety.states import Mode

    for path in sorted((root / "configs").glob("arms/*.toml")):
        arm = tomllib.loads(path.read_text(encoding="utf-8"))
        for joint in [*arm.get("joints", ()), arm.get("gripper", {})]:
            if "name" in joint:
                yield Found(joint["name"].replace("_", " "), "a joint")
                yield Found(joint_words(joint["name"]), "a joint")
        if (urdf := path.with_suffix(".urdf")).is_file():
            for link in re.findall(r'<link name="([^"]+)"', urdf.read_text(encoding="utf-8")):
                yield Found(_part_words(link), "a part of the arm")
    for mode in Mode:
        yield Found(str(mode.value).replace("_", " "), "a state")
    for name in ("keyboard", "arrows", "touch", "joystick{number:d}", POINTER, "head", "body", "mouth"):
        yield Found(name, "an input device" if name not in ("head", "body", "mouth") else "a part of the person")
    for text in COMPOSED:
        yield Found(text, "a sentence made of pieces")
    for name in ("select", "next", "back", "stop", "and"):
        yield Found(name, "a word in a sentence")


def _part_words(link: str) -> str:
    from armctl.safety.clearances import WORDS

    plain = link.removesuffix("_link")
    return WORDS.get(plain, plain.replace("_", " "))
