"""Execute notebooks in place: `python -m tools.notebooks [--only 04]`."""

import argparse
import ast
import base64
import hashlib
import json
import re
import sys

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from tqdm import tqdm

from tools import ROOT, run_tool, write_whole

NOTEBOOKS = ROOT / "notebooks"
HELPERS = ROOT / "src" / "helpers"
PICTURE = ROOT / "site" / "_static" / "readme.png"
KERNEL = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
KERNEL_ARGUMENTS = [
    # what TensorFlow's C++ writes to stderr is no output of the lesson, and differs by machine
    "--IPKernelApp.capture_fd_output=False",
    "--IPKernelApp.log_level=ERROR",
]


def notebooks(only=None):
    """Return the paths of all notebooks, in order; of one, where `only` begins its name."""
    paths = [p for p in sorted(NOTEBOOKS.glob("*.ipynb")) if p.name.startswith(only or "")]
    if not paths:
        sys.exit(f"no notebook begins with {only!r}")
    return paths


def read(path):
    """Return the notebook in a file; ValueError, naming the file, if there is none in it."""
    try:
        return nbformat.read(path, as_version=4)
    except Exception as error:  # nbformat raises many kinds
        raise ValueError(f"{path.name} is not a notebook: {error}") from error


def code_of(notebook):
    """Return the sources of the code cells."""
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def helper_modules(source):
    """Return the names of the helper modules that a source imports."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module == "helpers":
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("helpers."):
            names.add(node.module.split(".")[1])
        elif isinstance(node, ast.Import):
            dotted = [alias.name.split(".") for alias in node.names]
            names |= {name[1] for name in dotted if name[0] == "helpers" and len(name) > 1}
    return names


def helper_closure(source):
    """Return the helper modules behind a source: those it imports, those they import, and so on."""
    found, new = set(), helper_modules(source)
    while new:
        found |= new
        sources = [(HELPERS / f"{name}.py").read_text(encoding="utf-8") for name in new]
        new = set().union(*map(helper_modules, sources)) - found
    return sorted(found)


def fingerprint(notebook):
    """Return a digest of all that the outputs depend on: code, helpers, recorded studies.

    Prose is left out, so that mending a sentence asks for no new run.
    """
    code = "\n".join(code_of(notebook))
    records = sorted(set(re.findall(r"""load_study\(["'](\w+)["']\)""", code)))
    files = [HELPERS / f"{name}.py" for name in helper_closure(code)]
    files += [ROOT / "studies" / f"{name}.json" for name in records]
    digest = hashlib.sha256(json.dumps(code_of(notebook)).encode())
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def is_stale(path):
    """Tell whether a notebook's code, or what it calls, has changed since it was executed."""
    notebook = read(path)
    return notebook.metadata.get("executed_from") != fingerprint(notebook)


def execute(path):
    """Run a notebook from top to bottom and store its outputs; on an error, store nothing."""
    notebook = read(path)
    executed_from = fingerprint(notebook)
    client = NotebookClient(
        notebook,
        timeout=120,
        record_timing=False,
        coalesce_streams=True,  # a busy machine sends one line of text in several pieces
        extra_arguments=KERNEL_ARGUMENTS,
        resources={"metadata": {"path": str(path.parent)}},
    )
    client.execute()
    notebook.metadata = nbformat.from_dict(KERNEL | {"executed_from": executed_from})
    picture = readme_picture(notebook)
    write_whole(path, nbformat.writes(notebook) + "\n")
    if picture:
        write_whole(PICTURE, picture)


def readme_picture(notebook):
    """Return the figure of the cell that is tagged `readme-picture`, if there is one."""
    for cell in notebook.cells:
        if "readme-picture" in cell.metadata.get("tags", []):
            return base64.b64decode(cell.outputs[-1].data["image/png"])
    return None


def execute_all(paths):
    """Execute notebooks one after another under one progress bar."""
    for path in (bar := tqdm(paths, desc="notebooks", unit="notebook")):
        bar.set_postfix_str(path.stem)
        try:
            execute(path)
        except DeadKernelError:  # out of memory, or what Ctrl-C in a terminal does to a kernel
            sys.exit(f"\n{path.name}: stopped, or its kernel died; it is as it was")
        except CellExecutionError as error:
            sys.exit(f"\n{path.name} failed and is as it was: {error}")


def main():
    """Read the command line and execute what it asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", help="the beginning of a notebook's name, such as 04")
    options = parser.parse_args()
    execute_all(notebooks(options.only))


if __name__ == "__main__":
    run_tool(main, "the notebook that was running is as it was")
