"""The form of a stored notebook is the one in which JupyterLab leaves it."""

import nbformat
from jupyter_client.kernelspec import get_kernel_spec
from nbclient import NotebookClient

from tools import form, notebooks


def hidden(value):
    return {"jupyter": {"outputs_hidden": value}}


def test_it_names_the_kernel_as_the_kernel_does():
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")])
    NotebookClient(notebook).execute()
    assert form.kernel()["language_info"] == notebook.metadata.language_info
    spec, named = get_kernel_spec("python3"), form.kernel()["kernelspec"]
    assert named == {
        "name": "python3",
        "display_name": spec.display_name,
        "language": spec.language,
    }


def test_hidden_outputs_are_written_down_in_both_places():
    new = nbformat.v4
    metadata = [hidden(True), hidden(False), {"jupyter": {"source_hidden": True}}, {}]
    cells = [new.new_code_cell("1", metadata=each) for each in metadata]
    cells.append(new.new_markdown_cell("a", metadata=hidden(True)))
    notebook = new.new_notebook(cells=cells)
    form.bring_into_form(notebook)
    assert [cell.metadata.get("collapsed") for cell in cells] == [True, False, None, None, None]


def test_execution_stores_a_notebook_in_this_form(tmp_path):
    path = tmp_path / "a.ipynb"
    cell = nbformat.v4.new_code_cell("print(1)", metadata=hidden(True))
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)
    notebooks.execute(path)
    notebook = notebooks.read(path)
    assert notebook.cells[0].metadata.collapsed
    assert set(notebook.metadata) == {*form.kernel(), "executed_from", "made_with", "outputs_made"}
    form.bring_into_form(notebook)
    assert path.read_text(encoding="utf-8") == nbformat.writes(notebook) + "\n"


def test_what_an_editor_writes_down_besides_is_dropped():
    """As it stands after it was run and saved in JupyterLab with its times recorded."""
    cell = nbformat.v4.new_code_cell("1", metadata={"execution": {"iopub.status.busy": "2026"}})
    cell.metadata |= {"tags": ["paper"], "editable": True, "slideshow": {"slide_type": ""}}
    notebook = nbformat.v4.new_notebook(cells=[cell])
    notebook.metadata |= {"toc-showtags": True, "widgets": {}, "lesson": {"minutes": 30}}
    form.bring_into_form(notebook)
    assert notebook.cells[0].metadata == {"tags": ["paper"]}
    assert set(notebook.metadata) == {*form.kernel(), "lesson"}


def test_a_notebook_of_an_older_tool_is_stale_and_gets_names_for_its_cells(tmp_path):
    path = tmp_path / "a.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("print(1)")]), path)
    notebooks.execute(path)
    assert not notebooks.is_stale(path)
    older = nbformat.read(path, 4)
    older.nbformat_minor = 4
    for cell in older.cells:
        del cell["id"]
    nbformat.write(older, path)
    assert notebooks.is_stale(path)
    notebooks.execute(path)
    executed = notebooks.read(path)
    assert (executed.nbformat, executed.nbformat_minor) == (4, 5)
    assert all(cell.id for cell in executed.cells)
    assert not notebooks.is_stale(path)
