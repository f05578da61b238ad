"""What the outputs of a notebook depend on, and digests of it: `fingerprint`, `results_digest`."""

import ast
import hashlib
import io
import json
import tokenize
from functools import cache

from tools import ROOT, text_in
from tools.guard import GUARD

HELPERS = ROOT / "src" / "helpers"
ROOMS_OF_RESULTS = ("engine", "tasks", "models", "inside")


def title_of(notebook):
    """Return the title of a lesson: the heading that it begins with."""
    first = "".join(cell.source for cell in notebook.cells[:1]).splitlines() or ["(no title)"]
    return first[0].removeprefix("# ")


def code_of(notebook):
    """Return the sources of the code cells."""
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def is_helper(module):
    """Tell whether a dotted name is that of the package helpers, or of something in it."""
    return (module or "").split(".")[0] == "helpers"


def tree_of(file):
    """Return the syntax tree of a helper; SyntaxError, naming room and module, if it has none.

    Python would leave the room out, and each room has an __init__.py.
    """
    source = text_in(file)
    try:
        return parsed(source)
    except (SyntaxError, ValueError) as error:  # ValueError: Python 3.11 of a null byte
        words = str(error).replace("<unknown>, ", "")
        raise SyntaxError(f"{place_of(file)}: {words}") from None


@cache  # fourteen lessons ask of the same modules
def parsed(source):
    """Return the syntax tree of a source, which nobody changes.

    It is kept by its text, not by its file: while a tool runs, that may change.
    """
    return ast.parse(source)


def place_of(file):
    """Return where a helper lies, for a message."""
    return file.relative_to(HELPERS.parent).as_posix()


@cache
def helper_imports(tree):
    """Return the module and the name of each import from helpers; no name: the whole module."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            raise ValueError(f"line {node.lineno}: expected an import that begins with helpers.")
        if isinstance(node, ast.ImportFrom) and is_helper(node.module):
            found += [(node.module, alias.name) for alias in node.names]
        elif isinstance(node, ast.Import):
            found += [(alias.name, None) for alias in node.names if is_helper(alias.name)]
    return found


def handed_on(face):
    """Return the names that a room's face hands on, each with its module and its name there."""
    lines = tree_of(face).body
    imports = [n for n in lines if isinstance(n, ast.ImportFrom) and is_helper(n.module)]
    return {a.asname or a.name: (node.module, a.name) for node in imports for a in node.names}


def files_behind(module, name=None):
    """Return the files that `from module import name` depends on, without what they import.

    A name of a room is the one module that its face has it from, so that a change elsewhere
    in the room makes nothing stale.  A room without a name is its face, and so what that imports:
    what somebody left beside it is no part of it.
    """
    path = HELPERS.joinpath(*module.split(".")[1:])
    if path.with_suffix(".py").is_file():
        return {path.with_suffix(".py")}
    if not path.is_dir():
        raise ValueError(f"{module}: there is no such module")
    if name in (None, "*"):
        return {path / "__init__.py"}
    names = handed_on(path / "__init__.py")
    if name in names:
        return files_behind(*names[name])
    if (path / name).is_dir() or (path / f"{name}.py").is_file():
        return files_behind(f"{module}.{name}")
    raise ValueError(f"{module} has no {name}: no name of its face, and no module")


def helper_files(tree):
    """Return the files of the helpers that are imported in a syntax tree."""
    return set().union(*(files_behind(*wanted) for wanted in helper_imports(tree)))


def helper_files_of(helper):
    """Return the files of the helpers that one of them imports; errors name it."""
    tree = tree_of(helper)
    try:
        return helper_files(tree)
    except ValueError as error:
        raise ValueError(f"{place_of(helper)}: {error}") from None


def helper_closure(source):
    """Return the files of the helpers behind a source: it imports them, or one of them does."""
    found, new = set(), helper_files(parsed(source))
    while new:
        found |= new
        new = set().union(*map(helper_files_of, new)) - found
    found |= set().union(*map(data_of, found))
    return sorted(found, key=lambda file: file.relative_to(HELPERS).as_posix())


def data_of(file):
    """Return the files beside a module that it names, such as a text that it reads."""
    beside = [each for each in file.parent.iterdir() if each.suffix not in ("", ".py")]
    source = text_in(file)
    return {each for each in beside if f'"{each.name}"' in source}


def digest(code, files, of=str):
    """Return a digest of code cells and of the text of files, wherever these lie.

    `of` says what counts of Python: all of it, or what `computing` leaves.
    """
    # read as text: a checkout whose lines end with \r\n has the same digest
    texts = [(file.suffix, text_in(file)) for file in files]
    parts = [of(text) if suffix == ".py" else text for suffix, text in texts]
    return hashlib.sha256(json.dumps([[*map(of, code)], parts]).encode()).hexdigest()[:16]


@cache  # as `parsed`
def computing(source):
    """Return Python without its comments and docstrings: what can change a result."""
    # lines as Python counts them: a text may hold other signs at which `splitlines` breaks
    lines = source.removesuffix("\n").split("\n")
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column].rstrip() or None
    for node in ast.walk(parsed(source)):
        has_words = isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        if has_words and ast.get_docstring(node) is not None:
            begin, end = node.body[0].lineno - 1, node.body[0].end_lineno
            lines[begin:end] = [None] * (end - begin)
    return "\n".join(line for line in lines if line is not None)


def studies_read(source):
    """Return the files of the recorded studies that a source reads."""
    calls = [
        node
        for node in ast.walk(parsed(source))
        if isinstance(node, ast.Call) and getattr(node.func, "id", None) == "load_study"
    ]
    names = sorted({study_of(call) for call in calls})
    files = [ROOT / "studies" / f"{name}.json" for name in names]
    if missing := [file.stem for file in files if not file.is_file()]:
        raise ValueError(f"there is no study {missing[0]}")
    return files


def require_python(notebook):
    """Refuse code that is none of Python: ValueError, naming the cell."""
    for number, cell in enumerate(notebook.cells, start=1):
        try:
            ast.parse(cell.source if cell.cell_type == "code" else "")
        except (SyntaxError, ValueError) as error:  # a magic, a line of a shell, or a slip
            line = (getattr(error, "text", None) or str(error)).strip()
            name = cell.get("id", number)  # cells have names from format 4.5 on
            raise ValueError(f"cell {name}: expected Python, got {line!r}") from None


def files_of(notebook, code):
    """Return the files behind code cells of a notebook: of helpers, and of recorded studies."""
    try:
        require_python(notebook)
        source = "\n".join(code)
        return helper_closure(source) + studies_read(source)
    except ValueError as error:
        raise ValueError(f"{title_of(notebook)}: {error}") from None


def study_of(call):
    """Return the name in a call load_study("name"); ValueError if it is no text."""
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    name = getattr(given[0], "value", None) if len(given) == 1 else None
    if not (isinstance(name, str) and name.isidentifier()):  # and no way to another folder
        raise ValueError(f'expected load_study("name"), got {ast.unparse(call)}')
    return name


def fingerprint(notebook):
    """Return a digest of all that the outputs depend on: code, helpers, recorded studies.

    Prose is left out, so that mending a sentence asks for no new run.
    """
    code = code_of(notebook)
    return digest(code, files_of(notebook, code))


def results_digest(notebook):
    """Return a digest of all that can change a result: the fingerprint without two rooms.

    Another style of figures, or another way to show a source, asks for no new claims ledger.
    Nor does a comment, or the guard, which computes nothing; only a cell that is it to the
    letter is left out.
    """
    code = [source for source in code_of(notebook) if source != GUARD]
    rooms = {ROOT / "studies", *(HELPERS / room for room in ROOMS_OF_RESULTS)}
    files = [file for file in files_of(notebook, code) if not rooms.isdisjoint(file.parents)]
    return digest(code, files, of=computing)


def outputs_digest(notebook):
    """Return a digest of the outputs, so that a number that somebody changed in them is noticed."""
    outputs = [cell.outputs for cell in notebook.cells if cell.cell_type == "code"]
    return hashlib.sha256(json.dumps(outputs, sort_keys=True).encode()).hexdigest()[:16]
