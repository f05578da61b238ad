"""Execute notebooks in place: `python -m tools.notebooks [--only 04]`."""

import argparse
import ast
import asyncio
import base64
import hashlib
import io
import json
import platform
import re
import sys
import tokenize
import warnings
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import packages_distributions, version

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from tqdm import tqdm

from tools import ROOT, run_tool, text_in, write_whole
from tools.form import bring_into_form
from tools.guard import GUARD
from tools.kernels import OF_A_LESSON, temporary_files_go
from tools.pictures import repack_outputs

NOTEBOOKS = ROOT / "notebooks"
LESSON = re.compile(r"\d\d[a-z]?-[a-z0-9-]+\.ipynb")
HELPERS = ROOT / "src" / "helpers"
ROOMS_OF_RESULTS = ("engine", "tasks", "models", "inside")
LONGEST = 120  # seconds that a cell may take
PICTURE = ROOT / "site" / "_static" / "readme.png"


def notebooks(only=None):
    """Return the paths of all lessons, in order; of one, where `only` begins its name.

    Other notebooks in the folder are somebody's scratch paper: nobody's business here.
    """
    found = [path for path in sorted(NOTEBOOKS.glob("*.ipynb")) if path.is_file()]
    lessons = [path for path in found if not is_scratch(path)]
    numbers = [path.name.partition("-")[0] for path in lessons]
    if twice := [number for number in numbers if numbers.count(number) > 1]:
        raise ValueError(f"notebooks: expected one lesson {twice[0]}, got {len(twice)} files")
    paths = [path for path in lessons if path.name.startswith(only or "")]
    if not paths:
        sys.exit(f"no notebook begins with {only!r}")
    return paths


def is_scratch(path):
    """Tell whether a file is a notebook among the lessons, or below, not named as they are.

    A lesson's name is a number, perhaps a letter, and a title.
    """
    is_there = path.is_relative_to(NOTEBOOKS) and path.suffix == ".ipynb"
    return is_there and (path.parent != NOTEBOOKS or LESSON.fullmatch(path.name) is None)


def text_of(notebook):
    """Return what a notebook's file holds."""
    return nbformat.writes(notebook) + "\n"


def read(path):
    """Return the notebook in a file; ValueError, naming the file, if there is none in it."""
    found = {}
    try:
        with warnings.catch_warnings(action="error", category=FutureWarning):  # of cells' names
            notebook = nbformat.read(path, as_version=4, capture_validation_error=found)
        if found:
            raise found["ValidationError"]
        text_of(notebook).encode()  # JSON can name half a character, which no file can hold
        return notebook
    except Exception as error:  # nbformat raises many kinds
        raise ValueError(f"{path.name} is not a notebook: {error}") from error


def code_of(notebook):
    """Return the sources of the code cells."""
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def is_helper(module):
    """Tell whether a dotted name is that of the package helpers, or of something in it."""
    return (module or "").split(".")[0] == "helpers"


def helper_imports(source):
    """Yield the module and the name of each import from helpers; no name: the whole module."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.level:
            raise ValueError(f"line {node.lineno}: expected an import that begins with helpers.")
        if isinstance(node, ast.ImportFrom) and is_helper(node.module):
            yield from ((node.module, alias.name) for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from ((alias.name, None) for alias in node.names if is_helper(alias.name))


def handed_on(face):
    """Return the names that a room's face hands on, each with its module and its name there."""
    lines = ast.parse(text_in(face)).body
    imports = [n for n in lines if isinstance(n, ast.ImportFrom) and is_helper(n.module)]
    return {a.asname or a.name: (node.module, a.name) for node in imports for a in node.names}


def files_behind(module, name=None):
    """Return the files that `from module import name` depends on, without what they import.

    A name of a room is the one module that its face has it from, so that a change elsewhere
    in the room makes nothing stale.  A room without a name is all of its files.
    """
    path = HELPERS.joinpath(*module.split(".")[1:])
    if path.with_suffix(".py").is_file():
        return {path.with_suffix(".py")}
    if not path.is_dir():
        raise ValueError(f"{module}: there is no such module")
    if name in (None, "*"):
        return set(path.rglob("[!.]*.py"))
    names = handed_on(path / "__init__.py")
    if name in names:
        return files_behind(*names[name])
    if (path / name).is_dir() or (path / f"{name}.py").is_file():
        return files_behind(f"{module}.{name}")
    raise ValueError(f"{module} has no {name}: no name of its face, and no module")


def helper_files(source):
    """Return the files of the helpers that a source imports."""
    return set().union(*(files_behind(*wanted) for wanted in helper_imports(source)))


def helper_closure(source):
    """Return the files of the helpers behind a source: it imports them, or one of them does."""
    found, new = set(), helper_files(source)
    while new:
        found |= new
        new = set().union(*(helper_files(text_in(file)) for file in new)) - found
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


def computing(source):
    """Return Python without its comments and docstrings: what can change a result."""
    lines = source.splitlines()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column].rstrip() or None
    for node in ast.walk(ast.parse(source)):
        has_words = isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        if has_words and ast.get_docstring(node) is not None:
            begin, end = node.body[0].lineno - 1, node.body[0].end_lineno
            lines[begin:end] = [None] * (end - begin)
    return "\n".join(line for line in lines if line is not None)


def studies_read(source):
    """Return the files of the recorded studies that a source reads."""
    calls = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and getattr(node.func, "id", None) == "load_study"
    ]
    files = [ROOT / "studies" / f"{name}.json" for name in sorted(map(study_of, calls))]
    if missing := [file.stem for file in files if not file.is_file()]:
        raise ValueError(f"there is no study {missing[0]}")
    return sorted(set(files))


def require_python(notebook):
    """Refuse code that is none of Python: ValueError, naming the cell."""
    for cell in notebook.cells:
        try:
            ast.parse(cell.source if cell.cell_type == "code" else "")
        except (SyntaxError, ValueError) as error:  # a magic, a line of a shell, or a slip
            line = (getattr(error, "text", None) or str(error)).strip()
            raise ValueError(f"cell {cell.id}: expected Python, got {line!r}") from None


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


def is_stale(path):
    """Tell whether a notebook has other outputs than one run of its code, as it is now, gave."""
    notebook = read(path)
    same = notebook.metadata.get("executed_from") == fingerprint(notebook)
    as_made = notebook.metadata.get("outputs_made") == outputs_digest(notebook)
    return not (same and as_made and is_whole(notebook))


def outputs_digest(notebook):
    """Return a digest of the outputs, so that a number that somebody changed in them is noticed."""
    outputs = [cell.outputs for cell in notebook.cells if cell.cell_type == "code"]
    return hashlib.sha256(json.dumps(outputs, sort_keys=True).encode()).hexdigest()[:16]


def is_whole(notebook):
    """Tell whether a notebook has the outputs of one run: counts 1 … n, no error, all figures."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    counts = [cell.execution_count for cell in cells]
    failed = any(output.output_type == "error" for cell in cells for output in cell.outputs)
    drawn = all(has_picture(cell) for cell in cells if cell.source.endswith("plt.show()"))
    return counts == list(range(1, len(cells) + 1)) and not failed and drawn


def has_picture(cell):
    """Tell whether a figure is among the outputs of a cell."""
    return any("image/png" in output.get("data", {}) for output in cell.outputs)


def execute(path):
    """Run a notebook from top to bottom and store its outputs; on an error, store nothing.

    A code cell without code, which JupyterLab leaves at the end, is dropped.
    """
    notebook = read(path)
    cells = [cell for cell in notebook.cells if cell.cell_type != "code" or cell.source.strip()]
    notebook.cells = cells
    executed_from = fingerprint(notebook)
    client = NotebookClient(
        notebook,
        timeout=LONGEST,
        record_timing=False,
        coalesce_streams=True,  # a busy machine sends one line of text in several pieces
        resources={"metadata": {"path": str(path.parent)}},
        **OF_A_LESSON,
    )
    in_a_thread(lambda: asyncio.run(client.async_execute()))
    repack_outputs(notebook.cells)
    kept = {key: notebook.metadata[key] for key in ("lesson",) if key in notebook.metadata}
    made = {"executed_from": executed_from, "made_with": made_with()}
    made["outputs_made"] = outputs_digest(notebook)
    notebook.metadata = nbformat.from_dict(kept | made)
    bring_into_form(notebook)
    picture = readme_picture(notebook)
    write_whole(path, text_of(notebook))
    if picture:
        write_whole(PICTURE, picture)


def in_a_thread(function):
    """Call a function in another thread: in the main one nbclient takes the signals over.

    Then Ctrl-C would reach it alone, and it stumbles over the kernel that it has ended.
    """
    pool = ThreadPoolExecutor(1)
    try:
        return pool.submit(function).result()
    finally:
        pool.shutdown(wait=False)


def made_with():
    """Return the versions behind the outputs, in words for the foot of a page."""
    owners = packages_distributions()  # TensorFlow has another name on some machines
    names = ("NumPy", "Keras", "TensorFlow")
    versions = [f"{name} {version(owners[name.lower()][0])}" for name in names]
    return ", ".join([f"Python {platform.python_version()}", *versions])


def readme_picture(notebook):
    """Return the figure of the cell that is tagged `readme-picture`, if there is one."""
    cell = figure_of(notebook, "readme-picture")
    return png_of(cell) if cell else None


def png_of(cell):
    """Return the figure among the outputs of a cell, a PNG; ValueError if there is none."""
    data = [output.get("data", {}) for output in cell.outputs]
    pictures = [each["image/png"] for each in data if "image/png" in each]
    if not pictures:
        raise ValueError(f"expected a figure in a cell with the tags {cell.metadata.tags}")
    return base64.b64decode(pictures[-1])


def figure_of(notebook, tag):
    """Return the cell with a tag, the first; None if there is none."""
    tagged = (cell for cell in notebook.cells if tag in cell.metadata.get("tags", []))
    return next(tagged, None)


def title_of(notebook):
    """Return the title of a lesson: the heading that it begins with."""
    first = "".join(cell.source for cell in notebook.cells[:1]).splitlines() or ["(no title)"]
    return first[0].removeprefix("# ")


def execute_all(paths):
    """Execute notebooks one after another under one progress bar."""
    for path in (bar := tqdm(paths, desc="notebooks", unit="notebook")):
        bar.set_postfix_str(path.stem)
        try:
            execute(path)
        except CellTimeoutError as error:
            cell = str(error).partition("contents:")[2].strip(" \n-").splitlines() or ["?"]
            sys.exit(f"\n{path.name}: a cell took over {LONGEST} s, {cell[0]!r}; it is as it was")
        except DeadKernelError:  # out of memory, or what Ctrl-C in a terminal does to a kernel
            sys.exit(f"\n{path.name}: stopped, or its kernel died; it is as it was")
        except CellExecutionError as error:
            sys.exit(f"\n{path.name} failed and is as it was: {error}")


@temporary_files_go()
def main():
    """Read the command line and execute what it asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", help="the beginning of a notebook's name, such as 04")
    options = parser.parse_args()
    execute_all(notebooks(options.only))


if __name__ == "__main__":
    run_tool(main, "the notebook that was running is as it was")
