"""The rooms of helpers: who may import whom, what loads what, and what a face hands on."""

import ast
import importlib
import inspect
import subprocess
import sys

import pytest

from tools import ROOT

HELPERS = ROOT / "src" / "helpers"
MAY_IMPORT = {
    "lesson": set(),
    "engine": {"lesson"},
    "tasks": {"lesson"},
    "figures": {"lesson"},
    "models": {"lesson", "engine", "tasks"},
    "inside": {"lesson", "engine", "tasks", "models"},
}
ROOMS = sorted(MAY_IMPORT)
MODULES = [path for path in sorted(HELPERS.rglob("[!.]*.py")) if path.parent != HELPERS]
HEAVY = {"tensorflow", "keras", "matplotlib", "seaborn", "scipy"}


def named(path):
    """Return the name of a module: helpers.room, or helpers.room.module."""
    parts = path.relative_to(HELPERS.parent).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def imports_in(nodes):
    """Yield the full name of everything that is imported, in functions as well."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{'.' * node.level}{node.module}.{alias.name}" for alias in node.names)


def outside_functions(tree):
    """Yield the nodes that run when the module is imported."""
    for node in ast.iter_child_nodes(tree):
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from outside_functions(node)


def not_allowed(source, room):
    """Return what a module of the room imports from where it may not."""
    found = list(imports_in(ast.walk(ast.parse(source))))
    allowed = {room, *MAY_IMPORT[room]}

    def is_allowed(name):
        package, *inside = name.split(".")
        return package not in ("helpers", "") or (inside and inside[0] in allowed)

    return [name for name in found if not is_allowed(name)]


def heavy_in(source):
    """Return which heavy packages are loaded when the module is."""
    found = imports_in(outside_functions(ast.parse(source)))
    return {name.split(".")[0] for name in found} & HEAVY


def test_the_rooms_are_these():
    assert sorted(path.parent.name for path in HELPERS.glob("*/__init__.py")) == ROOMS
    assert [path.name for path in HELPERS.glob("[!.]*.py")] == ["__init__.py"]
    assert {path.parent.name for path in MODULES} == set(ROOMS)


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_a_module_imports_from_its_own_room_and_those_below_it(path):
    assert not_allowed(path.read_text(), path.parent.name) == []


@pytest.mark.parametrize(
    ("room", "source"),
    [
        ("lesson", "from helpers.engine import fit"),
        ("engine", "import helpers.tasks.digits"),
        ("tasks", "def f():\n    from helpers.engine.layers import Dense"),
        ("figures", "from helpers.inside import Gates"),
        ("models", "from helpers import inside"),
        ("models", "from ..inside import probes"),
        ("inside", "if True:\n    import numpy, helpers.figures"),
        ("lesson", "import helpers"),
    ],
)
def test_what_a_room_may_not_import_is_noticed(room, source):
    assert len(not_allowed(source, room)) == 1


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_figures_alone_load_matplotlib_and_keras_models_alone_load_keras(path):
    allowed = {"figures": {"matplotlib"}}.get(path.parent.name, set())
    if named(path) == "helpers.models.keras_models":
        allowed = {"tensorflow", "keras"}
    assert heavy_in(path.read_text()) <= allowed


def test_what_is_loaded_is_noticed_outside_of_functions_alone():
    assert heavy_in("try:\n    import keras.ops\nexcept ImportError:\n    pass") == {"keras"}
    assert heavy_in("class A:\n    from scipy import stats") == {"scipy"}
    assert heavy_in("def f():\n    import keras\n    def g():\n        import scipy") == set()


def python(code):
    command = [sys.executable, "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


LIGHT = [
    named(path) for path in MODULES if path.parent.name != "figures" and path.stem != "keras_models"
]


def first_heavy(names):
    """Return the first of some modules, imported one after another, that loads what is heavy."""
    look = "if %s & set(sys.modules): print(%r), sys.exit()"
    lines = [line for name in names for line in (f"import {name}", look % (HEAVY, name))]
    return python("\n".join(["import sys", *lines])).strip()


def test_all_but_figures_and_keras_models_load_nothing_heavy():
    assert first_heavy(["helpers", *LIGHT]) == ""


def test_what_is_heavy_would_be_named():
    assert first_heavy(["helpers", "helpers.figures"]) == "helpers.figures"


@pytest.mark.parametrize("names", [["helpers"], LIGHT], ids=["helpers", "all that is light"])
def test_helpers_import_in_under_a_third_of_a_second(names):
    code = f"t = time.process_time(); import {', '.join(names)}; print(time.process_time() - t)"
    # seconds of processor time, one of five: a busy machine only makes it slower
    assert any(float(python(f"import time; {code}")) < 0.3 for _ in range(5))


def face_of(room):
    """Return the tree of a room's face."""
    return ast.parse((HELPERS / room / "__init__.py").read_text())


@pytest.mark.parametrize("room", ROOMS)
def test_a_face_says_what_the_room_is_and_hands_on_names_of_its_own(room):
    docstring, *statements = face_of(room).body
    assert ast.get_docstring(face_of(room))
    assert isinstance(docstring, ast.Expr)
    assert statements
    names = []
    for statement in statements:
        assert isinstance(statement, ast.ImportFrom)
        assert statement.level == 0
        assert statement.module.startswith(f"helpers.{room}.")
        module, face = (
            importlib.import_module(name) for name in (statement.module, f"helpers.{room}")
        )
        for alias in statement.names:
            assert alias.asname is None
            # the module itself has it, and has not merely imported it
            handed_on = getattr(module, alias.name)
            assert not inspect.ismodule(handed_on)
            assert getattr(handed_on, "__module__", statement.module) == statement.module
            assert getattr(face, alias.name) is getattr(module, alias.name)
            names.append(alias.name)
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_has_eight_modules_at_most_the_engine_and_tasks_some_more(room):
    most = {"engine": 17, "tasks": 10}.get(room, 8)  # in the engine two plain ones to begin with
    assert 0 < len([path for path in MODULES if path.parent.name == room]) - 1 <= most


def test_the_house_names_every_room_and_no_two_modules_are_called_alike():
    docstring = ast.get_docstring(ast.parse((HELPERS / "__init__.py").read_text()))
    first_words = [line.split()[0] for line in docstring.splitlines() if line.strip()]
    assert set(ROOMS) <= set(first_words)
    stems = [path.stem for path in MODULES if path.stem != "__init__"]
    assert len(set(stems)) == len(stems)
