"""The directives `door` and `room`: what a room of helpers hands on, from its docstrings.

A docstring here is plain text whose layout may say something: equations, shapes, lists of
arguments.  Paragraphs of plain sentences become prose, all else is shown as it was written.
"""

import ast
import re
from importlib import import_module
from inspect import cleandoc
from itertools import groupby, pairwise
from textwrap import indent

from sphinx.util.docutils import SphinxDirective

from tools import ROOT, digests

HELPERS = ROOT / "src" / "helpers"
WIDEST = 100  # a constant's value is shown up to so many characters
FILLED = 76  # a line of plain sentences would be longer with the next word


class Door(SphinxDirective):
    """Write what a room says of itself."""

    required_arguments = 1

    def run(self):
        """Return the docstring of the room's face."""
        docstring = ast.get_docstring(tree_of(f"helpers.{self.arguments[0]}"))
        return self.parse_text_to_nodes(as_rst(as_written(docstring)))


class Room(SphinxDirective):
    """Write all that lessons use of a room; lines name what its face leaves out."""

    required_arguments = 1
    has_content = True

    def run(self):
        """Return a section for each module that the face takes names from."""
        room = self.arguments[0]
        for path in [__file__, *(HELPERS / room).glob("[!.]*.py")]:
            self.env.note_dependency(str(path))
        face = [(module, f"helpers.{room}", names) for module, names in handed_on(room)]
        more = [left_out(room, line) for line in self.content]
        text = "\n\n".join(section(*each) for each in face + more)
        return self.parse_text_to_nodes(text, allow_section_headings=True)


def tree_of(module):
    """Return the syntax tree of a module, which is not imported; errors name it."""
    path = HELPERS.parent.joinpath(*module.split("."))
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    return digests.tree_of(path)


def handed_on(room):
    """Return the modules of a room, and the names that its face takes from each."""
    lines = [line for line in tree_of(f"helpers.{room}").body if isinstance(line, ast.ImportFrom)]
    return [(line.module, [alias.name for alias in line.names]) for line in lines]


def left_out(room, line):
    """Read `module: name, name`, for a module that one imports from by its own name."""
    module, _, names = line.partition(": ")
    module = f"helpers.{room}.{module}"
    return module, module, names.split(", ")


def section(module, package, names):
    """Return a heading, the module's docstring, and what is there, in Markdown."""
    tree = tree_of(module)
    lines = [*as_written(ast.get_docstring(tree)), "", f".. py:currentmodule:: {package}", ""]
    found = [(each, name) for each in tree.body for name in defined_by(each, names)]
    if missing := set(names) - {name for _, name in found}:
        raise ValueError(f"{module}: expected what the reference names, got no {min(missing)}")
    lines += [directive(statement, package, name) for statement, name in found]
    return f"## {module.rpartition('.')[2]}\n\n{as_rst(lines)}"


def defined_by(statement, names):
    """Return which of the names a statement at the left margin of a module defines."""
    if isinstance(statement, ast.Assign | ast.AnnAssign):
        targets = getattr(statement, "targets", None) or [statement.target]
        nodes = [node for target in targets for node in ast.walk(target)]
        nodes = [node for node in nodes if isinstance(node, ast.Name) and node.id in names]
        # `Adam.rate = 1` defines no Adam: there the name is loaded
        return [node.id for node in nodes if isinstance(node.ctx, ast.Store)]
    name = getattr(statement, "name", None)
    return [name] if name in names else []


def as_rst(lines):
    """Return lines of reStructuredText for a page in Markdown."""
    return "\n".join(["````{eval-rst}", *lines, "````"])


def directive(statement, package, name):
    """Return the lines that document a name; what has to be loaded for it, autodoc loads."""
    if isinstance(statement, ast.FunctionDef):
        return f".. autofunction:: {name}\n"
    value = getattr(import_module(package), name)
    if isinstance(statement, ast.ClassDef):
        return f".. autoclass:: {name}\n{'   :show-inheritance:' * is_public(value.__base__)}\n"
    shown = f"   :value: {value!r}\n" if len(repr(value)) <= WIDEST else ""
    return f".. py:data:: {name}\n   :no-index-entry:\n{shown}"


def is_public(parent):
    """Tell whether a class is in the face of one of our rooms, and so in the reference."""
    room = ".".join(parent.__module__.split(".")[:2])
    return room.startswith("helpers.") and hasattr(import_module(room), parent.__name__)


def as_written(docstring):
    """Return lines of reStructuredText: filled paragraphs as prose, the rest as it is."""
    first, *others = cleandoc(docstring).split("\n\n")
    lines = [prose(first), ""]
    for is_plain, paragraphs in groupby(others, is_filled):
        if is_plain:
            lines += [part for each in paragraphs for part in (prose(each), "")]
        else:
            kept = indent("\n\n".join(paragraphs), "   ").splitlines()
            lines += [".. code-block:: none", "   :class: docstring", "", *kept, ""]
    return "\n".join(lines).split("\n")


def is_filled(paragraph):
    """Tell whether lines end only where the next word had no room, and nothing is aligned."""
    lines = paragraph.split("\n")
    rooms = [len(line) + 1 + len(after.split()[0]) for line, after in pairwise(lines)]
    is_aligned = re.search(r"^ |[^ .:;?!)] {2,}| {3,}", paragraph, re.MULTILINE)
    return is_aligned is None and all(room > FILLED for room in rooms)


def prose(text):
    """Return text in which `code` and **words** alone mean something to reStructuredText."""
    parts = re.split(r"`([^`]+)`", text)
    parts[::2] = [re.sub(r"([\\*_|`<>'])", r"\\\1", part) for part in parts[::2]]
    parts[::2] = [
        re.sub(r"(?<!\w)\\\*\\\*([\w ]+)\\\*\\\*(?!\w)", r"**\1**", part) for part in parts[::2]
    ]
    parts[1::2] = [f"``{part}``" for part in parts[1::2]]
    return "".join(parts)


def keep_layout(app, what, name, value, options, lines):
    """Change a docstring that autodoc has found."""
    lines[:] = as_written("\n".join(lines)) if lines else lines


def is_left_out(app, what, name, value, skip, options):
    """Leave out what a tuple's fields say of themselves: that they are fields."""
    return skip or str(getattr(value, "__doc__", "")).startswith("Alias for field number")


def setup(app):
    """Register the directives, and what is done to docstrings."""
    app.setup_extension("sphinx.ext.autodoc")
    app.add_directive("door", Door)
    app.add_directive("room", Room)
    app.connect("autodoc-process-docstring", keep_layout)
    app.connect("autodoc-skip-member", is_left_out)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
