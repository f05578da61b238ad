"""Execute notebooks in place: `python -m tools.notebooks [--only 04]`."""

import argparse
import asyncio
import base64
import platform
import re
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import packages_distributions, version

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbval.plugin import coalesce_streams
from tqdm import tqdm

from helpers.lesson.arguments import brief
from tools import LETTERS, ROOT, run_tool, short, write_whole
from tools.digests import fingerprint, outputs_digest
from tools.form import bring_into_form
from tools.kernels import OF_A_LESSON, temporary_files_go
from tools.pictures import repack_outputs

NOTEBOOKS = ROOT / "notebooks"
LESSON = re.compile(r"\d\d[a-z]?-[a-z0-9-]+\.ipynb")
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
        sys.exit(f"no notebook begins with {brief(only)}")
    return paths


def is_scratch(path):
    """Tell whether a path is somebody's own: among lessons all but these, in tests a notebook.

    A lesson's name is a number, perhaps a letter, and a title.
    """
    if NOTEBOOKS in path.parents:
        return path.parent != NOTEBOOKS or LESSON.fullmatch(path.name) is None
    return path.suffix == ".ipynb" and path.is_relative_to(ROOT / "tests")


def text_of(notebook):
    """Return what a notebook's file holds."""
    return nbformat.writes(notebook) + "\n"


def read(path):
    """Return the notebook in a file; ValueError, naming the file, if there is none in it."""
    found = {}
    try:
        with warnings.catch_warnings(action="error", category=FutureWarning):  # of cells' names
            # as it is: what were brought to another format would be handed out in the old one
            notebook = nbformat.read(path, nbformat.NO_CONVERT, capture_validation_error=found)
        if found:
            raise found["ValidationError"]
        if notebook.nbformat != 4:
            raise ValueError(f"expected one of format 4, got {notebook.nbformat}")
        text_of(notebook).encode()  # JSON can name half a character, which no file can hold
        return notebook
    except Exception as error:  # nbformat raises many kinds
        raise ValueError(f"{path.name} is not a notebook: {error}") from error


def is_stale(path):
    """Tell whether a notebook has other outputs than one run of its code, as it is now, gave."""
    notebook = read(path)
    same = notebook.metadata.get("executed_from") == fingerprint(notebook)
    as_made = notebook.metadata.get("outputs_made") == outputs_digest(notebook)
    named = notebook.nbformat_minor >= 5  # before that cells have no names
    return not (same and as_made and named) or any(missing(notebook))


def require_whole(name, notebook):
    """Refuse a notebook without all outputs of one run: ValueError, naming it and the cell."""
    for words in missing(notebook):
        raise ValueError(f"{name}: {words}")


def missing(notebook):
    """Yield what is missing of the outputs of one run: counts 1 … n, no error, all figures."""
    code = [(n, cell) for n, cell in enumerate(notebook.cells, start=1) if is_code(cell)]
    for count, (number, cell) in enumerate(code, start=1):
        if cell.execution_count != count:
            wanted = f"cell {number} to have been run as number {count}"
            yield f"expected {wanted}, got {cell.execution_count}"
        if failed := [each.ename for each in cell.outputs if each.output_type == "error"]:
            yield f"expected no error in cell {number}, got {failed[0]}"
        if cell.source.rstrip().endswith("plt.show()") and not has_picture(cell):
            yield f"expected a figure in cell {number}, which ends with plt.show(), got none"


def is_code(cell):
    """Tell whether a cell is one of code."""
    return cell.cell_type == "code"


def has_picture(cell):
    """Tell whether a figure is among the outputs of a cell."""
    return any("image/png" in output.get("data", {}) for output in cell.outputs)


def execute(path):
    """Run a notebook from top to bottom and store its outputs; on an error, store nothing.

    Nor is anything stored over what was saved while it ran, or where a figure is missing.
    A code cell without code, which JupyterLab leaves at the end, is dropped.
    """
    notebook, before = read(path), path.read_bytes()
    notebook.cells = [cell for cell in notebook.cells if not is_code(cell) or cell.source.strip()]
    executed_from = fingerprint(notebook)
    run(notebook)
    require_whole(path.name, notebook)
    repack_outputs(notebook.cells)
    kept = {key: notebook.metadata[key] for key in ("lesson",) if key in notebook.metadata}
    made = {"executed_from": executed_from, "made_with": made_with()}
    made["outputs_made"] = outputs_digest(notebook)
    notebook.metadata = nbformat.from_dict(kept | made)
    bring_into_form(notebook)
    picture = readme_picture(notebook)
    if path.read_bytes() != before:  # as somebody has saved it meanwhile
        raise ValueError(f"{path.name} was changed while it was executed, and is as you left it")
    write_whole(path, text_of(notebook))
    if picture:
        write_whole(PICTURE, picture)


def run(notebook):
    """Put the outputs of a new run in the place of those that a notebook has."""
    for cell in filter(is_code, notebook.cells):
        cell.update(outputs=[], execution_count=None)
    client = NotebookClient(
        notebook,
        timeout=LONGEST,
        kernel_name="python3",  # of this Python, whatever another editor has written down
        record_timing=False,
        **OF_A_LESSON,
    )
    in_a_thread(lambda: asyncio.run(client.async_execute()))
    for cell in filter(is_code, notebook.cells):
        # a busy machine sends one line in several pieces; nbclient would ask at each letter of it
        # whether it is of a line that a later one overwrites, and never end with a long one
        cell.outputs = coalesce_streams(cell.outputs)


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


def execute_all(paths):
    """Execute notebooks one after another under one progress bar."""
    for path in (bar := tqdm(paths, desc="notebooks", unit="notebook")):
        bar.set_postfix_str(path.stem)
        try:
            execute(path)
        except CellTimeoutError as error:
            cell = short(str(error).partition("contents:")[2].strip(" \n-"))
            sys.exit(f"\n{path.name}: a cell took over {LONGEST} s, {cell!r}; it is as it was")
        except DeadKernelError:  # out of memory, or what Ctrl-C in a terminal does to a kernel
            sys.exit(f"\n{path.name}: stopped, or its kernel died; it is as it was")
        except CellExecutionError as error:
            sys.exit(f"\n{last_lines(str(error))}\n{path.name} failed and is as it was")


def last_lines(words, count=30):
    """Return the end of a traceback, which who mends the cell needs; lines may be cut."""
    return "\n".join(line[:LETTERS] for line in words.splitlines()[-count:])


@temporary_files_go()
def main():
    """Read the command line and execute what it asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", help="the beginning of a notebook's name, such as 04")
    options = parser.parse_args()
    execute_all(notebooks(options.only))


if __name__ == "__main__":
    run_tool(main, "the notebook that was running is as it was")
