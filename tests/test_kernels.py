"""Kernels talk through files of their own, which go with them."""

import gc
import os
import shutil
import tempfile
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbval import kernel as of_nbval

from tools import claims, notebooks
from tools.kernels import OF_A_LESSON, Kernel, temporary_files_go

HOW = """
from ipykernel import get_connection_info
info = get_connection_info(unpack=True)
print(info["transport"], info["ip"])"""


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
    kernel = {"kernelspec": {"display_name": "a", "language": "python", "name": "another's"}}
    nbformat.write(nbformat.v4.new_notebook(cells=[cell], metadata=kernel), path)
    if tool == "claims":
        assert claims.verdicts((path, 1))["error"] is None
    else:
        notebooks.execute(path)
        assert "ipc" in path.read_text()


def test_each_kernel_has_a_folder_of_its_own():
    first, second = Kernel(), Kernel()
    assert first.ip != second.ip
    assert Path(first.ip).parent.is_dir()


def test_so_do_those_in_which_lessons_are_tested():
    manager, client = of_nbval.start_new_kernel(kernel_name="python3")
    client.stop_channels()
    manager.shutdown_kernel(now=True)
    assert manager.transport == "ipc"


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
