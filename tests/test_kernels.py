"""Kernels talk through files of their own, which go with them."""

import gc
import os
import shutil
import tempfile
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbval import kernel as of_nbval

from tools import claims, notebooks
from tools.kernels import OF_A_LESSON, Kernel, temporary_files_go

HOW = """
from ipykernel import get_connection_info
info = get_connection_info(unpack=True)
print(info["transport"], info["ip"])"""

OF_ANOTHER = {"kernelspec": {"display_name": "a", "language": "python", "name": "another's"}}


def way_to_a_kernel():
    """Start a kernel as the tools do; return how it says that it is spoken to."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(HOW)])
    NotebookClient(notebook, **OF_A_LESSON).execute()
    (output,) = notebook.cells[0].outputs
    return output.text.split()


def test_a_kernel_takes_no_port_that_another_may_take_first():
    transport, name = way_to_a_kernel()
    assert transport == "ipc"
    assert Path(name).is_absolute()
    gc.collect()  # a manager is in a circle
    assert not Path(name).parent.exists()


@pytest.mark.parametrize("tool", ["notebooks", "claims"])
def test_such_are_the_kernels_of_each_tool(tmp_path, tool):
    cell = nbformat.v4.new_code_cell(f"{HOW}\nassert info['transport'] == 'ipc'")
    path = tmp_path / "a.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[cell], metadata=OF_ANOTHER), path)
    if tool == "claims":
        assert claims.verdicts((path, 1))["error"] is None
    else:
        notebooks.execute(path)
        assert "ipc" in path.read_text()


def run_at_its_tags(path, tool, source, tag):
    """Run a cell with a tag, and with outputs that another run gave; return what went wrong."""
    output = nbformat.v4.new_output("stream", text="of another run")
    cell = nbformat.v4.new_code_cell(source, outputs=[output], execution_count=1)
    cell.metadata["tags"] = [tag]
    nbformat.write(nbformat.v4.new_notebook(cells=[cell], metadata=OF_ANOTHER), path)
    if tool == "claims":
        return claims.verdicts((path, 1))["error"]
    try:
        notebooks.execute(path)
    except CellExecutionError as error:
        return str(error)


@pytest.mark.parametrize("tool", ["notebooks", "claims"])
def test_no_tag_keeps_a_cell_from_running_or_its_error_from_being_heard(tmp_path, tool):
    for tag in ("skip-execution", "raises-exception"):
        error = run_at_its_tags(tmp_path / "a.ipynb", tool, "raise ValueError('it ran')", tag)
        assert "it ran" in (error or ""), tag


def test_what_another_run_gave_is_gone_before_a_cell_runs(tmp_path, monkeypatch):
    monkeypatch.setitem(OF_A_LESSON, "skip_cells_with_tag", "skip-execution")
    with pytest.raises(ValueError, match=r"expected cell 1 to have been run as number 1, got None"):
        run_at_its_tags(tmp_path / "a.ipynb", "notebooks", "print(1)", "skip-execution")


def test_each_kernel_has_a_folder_of_its_own():
    first, second = Kernel(), Kernel()
    assert first.ip != second.ip
    assert Path(first.ip).parent.is_dir()


def test_so_do_those_in_which_lessons_are_tested():
    manager, client = of_nbval.start_new_kernel(kernel_name="python3")
    client.stop_channels()
    manager.shutdown_kernel(now=True)
    assert manager.transport == "ipc"


OURS = """
import warnings
with warnings.catch_warnings(action="error"):
    import joblib, matplotlib.pyplot as plt
assert joblib.Parallel and not plt.rcParams["axes.grid"]"""


@pytest.mark.parametrize("tool", ["notebooks", "claims", "tests"])
def test_what_lies_beside_a_lesson_changes_nothing_in_its_kernel(tmp_path, tool):
    (tmp_path / "joblib.py").touch()
    (tmp_path / "pathlib.py").write_text("1 / 0")  # which is needed to start
    (tmp_path / "matplotlibrc").write_text("axes.grid: True\nno such key: 1\n")
    path = tmp_path / "a.ipynb"
    cells = [nbformat.v4.new_code_cell(OURS)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=OF_ANOTHER), path)
    if tool == "notebooks":
        notebooks.execute(path)
        assert notebooks.read(path).cells[0].outputs == []
    elif tool == "claims":
        assert claims.verdicts((path, 1))["error"] is None
    else:
        manager, client = of_nbval.start_new_kernel(kernel_name="python3", cwd=str(tmp_path))
        reply = client.execute_interactive(OURS, timeout=60)
        client.stop_channels()
        manager.shutdown_kernel(now=True)
        assert reply["content"]["status"] == "ok"


# Of the last, there is room for a kernel in the folder itself, and not in a tool's own in it.
@pytest.mark.parametrize("name", ["long" * 20, "日" * 30, "t" * 40])
def test_a_temporary_folder_may_have_a_long_name(request, monkeypatch, name):
    long = tempfile.mkdtemp(dir="/tmp", prefix=name)
    request.addfinalizer(lambda: shutil.rmtree(long))
    monkeypatch.setenv("TMPDIR", long)
    monkeypatch.setattr(tempfile, "tempdir", None)
    with temporary_files_go():
        transport, file = way_to_a_kernel()
        assert transport == "ipc"
        assert Path(file).is_relative_to(tempfile.gettempdir())


@pytest.mark.parametrize("usual", [None, "/tmp"])
def test_temporary_files_go_at_the_end_whoever_left_them(usual, monkeypatch):
    monkeypatch.delenv("TMPDIR", raising=False)
    if usual:
        monkeypatch.setenv("TMPDIR", usual)
    before = tempfile.gettempdir()

    @temporary_files_go()
    def leave_one():
        left.append(Path(tempfile.mkdtemp()))
        assert os.environ["TMPDIR"] == str(left[0].parent)
        raise ValueError

    left = []
    with pytest.raises(ValueError, match=r"^$"):
        leave_one()
    assert not left[0].parent.exists()
    assert (tempfile.gettempdir(), os.environ.get("TMPDIR")) == (before, usual)
