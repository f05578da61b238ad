"""The tools leave things as they were when something goes wrong."""

import importlib
import json
import os
import re
import runpy
import shutil
import subprocess
import sys
import threading
import time

import joblib
import nbformat
import pytest
from sphinx.errors import ConfigError
from sphinx.util.matching import Matcher

import tools
from helpers.lesson.environment import FIXED
from tools import digests, doctrees, notebooks, parallel, run_tool, site, sound, write_whole


def write_notebook(path, *cells):
    nbformat.write(nbformat.v4.new_notebook(cells=list(cells)), path)
    return path


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "file"
    write_whole(path, "old")
    with pytest.raises(UnicodeEncodeError):
        write_whole(path, "new \ud800")

    def refuse(*_):
        raise PermissionError

    monkeypatch.setattr("os.replace", refuse)
    with pytest.raises(PermissionError):
        write_whole(path, "new")
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["file"]


def test_who_may_read_a_file_stays_as_it_was(tmp_path):
    path = tmp_path / "file"
    write_whole(path, "old")
    for mode in (0o664, 0o600):
        path.chmod(mode)
        write_whole(path, "new")
        assert path.stat().st_mode & 0o777 == mode


def test_two_that_write_one_file_do_not_meet(tmp_path):
    path, sizes = tmp_path / "file", (10**6, 3 * 10**6)
    code = "import sys, tools, pathlib; n = int(sys.argv[2])\n"
    code += "for _ in range(60): tools.write_whole(pathlib.Path(sys.argv[1]), b'a' * n)"
    command = [sys.executable, "-c", code, str(path)]
    writers = [subprocess.Popen([*command, str(size)], cwd=tools.ROOT) for size in sizes]
    seen = set()
    while any(writer.poll() is None for writer in writers):
        seen.add(len(path.read_bytes()) if path.exists() else sizes[0])
    assert [writer.returncode for writer in writers] == [0, 0]
    assert seen <= set(sizes)
    assert [file.name for file in tmp_path.iterdir()] == ["file"]


def test_execution_stores_outputs_counts_and_fingerprint(tmp_path):
    code = nbformat.v4.new_code_cell("print(6 * 7)")
    path = write_notebook(tmp_path / "a.ipynb", code)
    assert notebooks.is_stale(path)
    notebooks.execute(path)
    cell = nbformat.read(path, as_version=4).cells[0]
    assert (cell.execution_count, cell.outputs[0].text) == (1, "42\n")
    assert not notebooks.is_stale(path)


PRINTS = """
for n in range(100):
    print("a", end="", flush=True)
print("b\\rover")
print("x" * 400_000)
1"""


def test_what_a_cell_prints_is_one_piece_and_a_long_line_takes_no_time(tmp_path):
    path = write_notebook(tmp_path / "a.ipynb", nbformat.v4.new_code_cell(PRINTS))
    begin = time.monotonic()
    notebooks.execute(path)
    assert time.monotonic() - begin < 60  # it took some 200
    printed, shown = notebooks.read(path).cells[0].outputs
    assert printed.text == "over\n" + "x" * 400_000 + "\n"
    assert shown.data == {"text/plain": "1"}


FIGURE = "import matplotlib.pyplot as plt\n\nplt.plot([1, 2])\nplt.show()"


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """Give a notebook with a figure as it was executed."""
    cells = [nbformat.v4.new_code_cell(source) for source in ("print(6 * 7)", FIGURE)]
    path = write_notebook(tmp_path_factory.mktemp("executed") / "a.ipynb", *cells)
    notebooks.execute(path)
    assert not notebooks.is_stale(path)
    return path


@pytest.mark.parametrize(
    "spoil",
    [
        lambda cells: [cell.update(execution_count=None, outputs=[]) for cell in cells],
        lambda cells: cells[0].update(execution_count=2),
        lambda cells: cells[1].update(outputs=[]),
        lambda cells: cells[1].outputs[0].data.pop("image/png"),
        lambda cells: cells[0].outputs.append(
            nbformat.v4.new_output("error", ename="E", evalue="", traceback=[])
        ),
        lambda cells: cells[0].outputs[0].update(text="43\n"),
        lambda cells: cells[0].outputs.append(nbformat.v4.new_output("stream", text="more")),
        lambda cells: cells[1].outputs[0].metadata.update({"image/png": {"width": 1, "height": 1}}),
    ],
    ids=[
        "cleared",
        "another count",
        "no output",
        "no figure",
        "an error",
        "another number",
        "more words",
        "another size",
    ],
)
def test_a_notebook_that_lost_what_it_shows_is_stale(tmp_path, executed, spoil):
    notebook, spoiled = nbformat.read(executed, as_version=4), tmp_path / "a.ipynb"
    spoil(notebook.cells)
    nbformat.write(notebook, spoiled)
    assert notebooks.is_stale(spoiled)


CLOSED = FIGURE.replace("plt.show()", "plt.close('all')\nplt.show()")


@pytest.mark.parametrize("source", [CLOSED, f"{CLOSED}  \n"], ids=["at its end", "and blanks"])
def test_a_notebook_whose_figure_is_missing_after_it_ran_is_refused_and_as_it_was(tmp_path, source):
    cells = [nbformat.v4.new_markdown_cell("# Words"), nbformat.v4.new_code_cell(source)]
    path = write_notebook(tmp_path / "a.ipynb", *cells)
    before = path.read_bytes()
    with pytest.raises(ValueError, match=r"^a\.ipynb: expected a figure in cell 2, which"):
        notebooks.execute_all([path])
    assert path.read_bytes() == before


NAMED = ["01-sum-of-three.ipynb", "06b-reading-cells.ipynb"]
OTHERS = ["Untitled.ipynb", "01-Sum.ipynb", "1-sum.ipynb", "06b.ipynb", "01-sum-Copy1.ipynb"]
OTHERS += ["06bc-a.ipynb", "001-sum.ipynb", "01-.ipynb", "01-a b.ipynb", "01-[WIP].ipynb"]


def test_only_what_is_named_as_a_lesson_is_one(tmp_path, monkeypatch):
    for name in NAMED + OTHERS:
        (tmp_path / name).touch()
    (tmp_path / "07-folder.ipynb").mkdir()
    (tmp_path / "08-dangling.ipynb").symlink_to("nowhere")
    monkeypatch.setattr(notebooks, "NOTEBOOKS", tmp_path)
    assert [path.name for path in notebooks.notebooks()] == NAMED


def test_ruff_reads_the_lessons_and_no_other_notebook(tmp_path):
    below = tmp_path / "notebooks"
    for folder in (tmp_path / "tools", below / "drafts"):
        folder.mkdir(parents=True)
    read = ["notebooks/.ruff.toml", "pyproject.toml", "tools/lab.py"]
    for name in read:
        shutil.copy(tools.ROOT / name, tmp_path / name)
    for name in [*NAMED, *OTHERS, f"drafts/{NAMED[0]}", "trial.py"]:
        (below / name).touch()
    done = ruff(tmp_path, "check", "--show-files")
    found = [os.path.relpath(line, tmp_path) for line in done.splitlines()]
    assert sorted(found) == sorted([*read, *(f"notebooks/{name}" for name in NAMED)])


def test_ruff_reads_all_in_a_folder_that_others_ignore(tmp_path):
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    (tmp_path / ".gitignore").write_text("*\n")
    below = tmp_path / "below"
    below.mkdir()
    shutil.copy(tools.ROOT / "pyproject.toml", below)
    (below / "bad.py").write_text('"""A module."""\n\nimport os\n')
    assert "bad.py:3:8: F401" in ruff(below, "check", "--output-format=concise")


def test_ruff_reads_words_but_no_notes_among_the_lessons(tmp_path):
    shutil.copy(tools.ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "notebooks").mkdir()
    for name in ("README.md", "notebooks/notes.md"):
        (tmp_path / name).write_text("```python\nx = [1,2 ]\n```\n")
    said = ruff(tmp_path, "format", "--check", "--output-format=concise")
    assert [line for line in said.splitlines() if ".md" in line] == [
        "README.md:2:8: unformatted: File would be reformatted"
    ]


def ruff(folder, *words):
    """Return what ruff says in a folder."""
    command = [sys.executable, "-m", "ruff", *words, "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stdout


def test_the_site_has_the_lessons_and_no_other_file_among_them():
    patterns = Matcher(runpy.run_path(str(tools.ROOT / "site" / "conf.py"))["include_patterns"])
    names = [f"lessons/{path.name}" for path in notebooks.notebooks()]
    assert all(map(patterns, [*names, "index.md", "helpers/engine.md"]))
    scratch = [
        "[WIP] idea.ipynb",
        "drafts/01-a.ipynb",
        "untitled.md",
        "NOTES.rst",
        "Untitled.ipynb",
    ]
    assert not any(patterns(f"lessons/{name}") for name in scratch)


def test_scratch_paper_is_what_lies_among_the_lessons_alone(tmp_path):
    assert notebooks.is_scratch(notebooks.NOTEBOOKS / "Untitled.ipynb")
    assert notebooks.is_scratch(notebooks.NOTEBOOKS / "drafts" / "01-sum.ipynb")
    assert notebooks.is_scratch(notebooks.NOTEBOOKS / "[WIP] idea.ipynb")
    assert not notebooks.is_scratch(notebooks.notebooks()[0])
    assert not notebooks.is_scratch(notebooks.NOTEBOOKS)
    assert notebooks.is_scratch(notebooks.NOTEBOOKS / "test_mine.py")
    assert notebooks.is_scratch(notebooks.NOTEBOOKS / "drafts")
    assert notebooks.is_scratch(tools.ROOT / "tests" / "models" / "Untitled.ipynb")
    assert not notebooks.is_scratch(tools.ROOT / "tests" / "test_tools.py")
    assert not notebooks.is_scratch(tmp_path / "Untitled.ipynb")


FAILING = ["test_mine.py", "conftest.py", "__init__.py", "sub/test_x.py", "test_all/conftest.py"]


def test_among_the_lessons_pytest_reads_no_python_of_a_readers(tmp_path):
    for name in ("conftest.py", "pyproject.toml", "src", "tools"):
        (tmp_path / name).symlink_to(tools.ROOT / name)
    for name in [f"notebooks/{name}" for name in FAILING] + ["tests/test_ours.py"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("1 / 0" if "notebooks" in name else "def test_one(): pass")
    write_notebook(tmp_path / "notebooks" / NAMED[0], nbformat.v4.new_code_cell("x = 1"))
    own = {"cwd": tmp_path, "env": os.environ | {"PYTHONPATH": f"{tmp_path / 'src'}"}}
    command = [sys.executable, "-m", "pytest", "-n", "0", "-p", "no:cacheprovider"]
    done = subprocess.run(command, **own, capture_output=True, text=True, check=False)
    assert "2 passed" in done.stdout, done.stdout + done.stderr


def test_a_notebook_that_fails_is_as_it_was(tmp_path):
    path = write_notebook(tmp_path / "a.ipynb", nbformat.v4.new_code_cell("1 / 0"))
    before = path.read_bytes()
    with pytest.raises(SystemExit, match=r"(?s)1 / 0.*ZeroDivisionError.*a.ipynb failed and is"):
        notebooks.execute_all([path])
    assert path.read_bytes() == before


@pytest.mark.parametrize("words", ['"x" * 10**6', '"x\\n" * 10**5'], ids=["long", "many lines"])
def test_of_what_a_cell_fails_with_the_end_is_said_however_long_it_is(tmp_path, words):
    source = f"fact = {'1 + ' * 200} 1\nraise ValueError({words})"
    path = write_notebook(tmp_path / "a.ipynb", nbformat.v4.new_code_cell(source))
    with pytest.raises(SystemExit) as told:
        notebooks.execute_all([path])
    *traceback, last = str(told.value).splitlines()
    assert last == "a.ipynb failed and is as it was"
    assert len(traceback) < 40
    assert max(map(len, traceback)) <= 300
    assert any("x" in line for line in traceback)


def test_a_kernel_that_dies_is_said_in_one_line(tmp_path):
    path = write_notebook(tmp_path / "a.ipynb", nbformat.v4.new_code_cell("import os; os._exit(1)"))
    before = path.read_bytes()
    with pytest.raises(SystemExit, match=r"a\.ipynb: stopped, or its kernel died; it is as it was"):
        notebooks.execute_all([path])
    assert path.read_bytes() == before


@pytest.mark.parametrize("line", ["%time x = 1", "!ls", "x = (1"])
def test_a_line_that_is_no_python_is_named_with_its_lesson_and_cell(tmp_path, line):
    cells = [
        nbformat.v4.new_markdown_cell("# A lesson"),
        nbformat.v4.new_code_cell(f"y = 2\n{line}"),
    ]
    path = write_notebook(tmp_path / "a.ipynb", *cells)
    with pytest.raises(ValueError, match=f"A lesson: cell {cells[1].id}: expected Python, got"):
        notebooks.is_stale(path)


def test_an_empty_cell_is_dropped_and_the_notebook_is_not_stale(tmp_path):
    cells = [nbformat.v4.new_code_cell(source) for source in ("print(1)", "", "print(2)", " \n")]
    path = write_notebook(tmp_path / "a.ipynb", *cells)
    notebooks.execute(path)
    assert [cell.source for cell in notebooks.read(path).cells] == ["print(1)", "print(2)"]
    assert not notebooks.is_stale(path)


def test_a_notebook_without_cells_has_no_title():
    assert digests.title_of(nbformat.v4.new_notebook()) == "(no title)"
    empty = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("")])
    assert digests.title_of(empty) == "(no title)"


def test_a_link_stays_one(tmp_path):
    (tmp_path / "file").write_text("old")
    (tmp_path / "link").symlink_to("file")
    tools.write_whole(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "file").read_text() == "new"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "link"]


def test_a_cell_that_hangs_is_named(tmp_path, monkeypatch):
    hangs = "import time\nwhile True:\n    time.sleep(1)"
    path = write_notebook(tmp_path / "a.ipynb", nbformat.v4.new_code_cell(hangs))
    before = path.read_bytes()
    monkeypatch.setattr(notebooks, "LONGEST", 2)
    with pytest.raises(SystemExit, match=r"a\.ipynb: a cell took over 2 s, 'import time'; it"):
        notebooks.execute_all([path])
    assert path.read_bytes() == before


def test_a_kernel_of_the_tools_runs_in_the_fixed_environment(tmp_path):
    code = f"import os; print(*(os.environ[name] for name in {list(FIXED)}))"
    path = write_notebook(tmp_path / "a.ipynb", nbformat.v4.new_code_cell(code))
    bare = {name: value for name, value in os.environ.items() if name not in FIXED}
    execute = f"from pathlib import Path; notebooks.execute(Path({str(path)!r}))"
    python = [sys.executable, "-m", "helpers.lesson.environment", sys.executable, "-c"]
    subprocess.run([*python, f"from tools import notebooks; {execute}"], env=bare, check=True)
    printed = nbformat.read(path, as_version=4).cells[0].outputs[0].text
    assert printed == " ".join(FIXED.values()) + "\n"


def test_a_notebook_of_an_old_format_is_named(tmp_path):
    path = tmp_path / "a.ipynb"
    path.write_text('{"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": []}')
    with pytest.raises(ValueError, match=r"^a\.ipynb is not a notebook: .* format 4, got 3"):
        notebooks.read(path)


def test_half_a_character_is_named(tmp_path):
    path = write_notebook(tmp_path / "a.ipynb", nbformat.v4.new_markdown_cell("HALF"))
    path.write_text(path.read_text().replace("HALF", "\\ud800"))
    with pytest.raises(ValueError, match=r"^a\.ipynb is not a notebook: .*surrogates not allowed"):
        notebooks.read(path)


@pytest.mark.parametrize("kind", ["studies", "bench", "mutants"])
def test_what_is_asked_for_alone_is_there_or_one_line_says_what_is(kind, monkeypatch):
    tool = importlib.import_module(f"tools.{kind}")
    monkeypatch.setattr("sys.argv", ["make", "--only", "nothing"])
    with pytest.raises(SystemExit, match=r"^ONLY: no .* is called 'nothing'; there are \w+.*, "):
        tool.main()


def test_a_file_that_is_no_notebook_is_named(tmp_path):
    path = tmp_path / "a.ipynb"
    for broken in ("{", "[]"):
        path.write_text(broken)
        with pytest.raises(ValueError, match=r"a\.ipynb is not a notebook"):
            notebooks.read(path)


def fail_with(error):
    def main():
        raise error

    return main


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (KeyboardInterrupt(), "stopped; all is as it was"),
        (OSError("the disk is full"), "the disk is full; all is as it was"),
        (ValueError("bad\nand more"), "bad; all is as it was"),
        (ValueError("b" * 1000), "b" * 300 + "; all is as it was"),
        (MemoryError(), "MemoryError; all is as it was"),
    ],
)
def test_a_tool_says_in_one_line_what_went_wrong(error, said, monkeypatch):
    ended = []  # in this process there are others' children: let them live
    monkeypatch.setattr(tools, "end_children", lambda: ended.append("all"))
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)  # it comes back afterwards
    monkeypatch.setattr(tools.signal, "signal", lambda *_: None)
    with pytest.raises(SystemExit) as stopped:
        run_tool(fail_with(error), "all is as it was")
    assert stopped.value.code == f"\n{said}"
    assert len(ended) == isinstance(error, KeyboardInterrupt)


@pytest.fixture
def build(tmp_path, monkeypatch):
    """Let the site be built in a folder of the test, by a stand-in for Sphinx."""
    monkeypatch.setattr(site, "BUILD", tmp_path)
    monkeypatch.setattr(site, "SITE", tmp_path / "site")
    monkeypatch.setattr(doctrees, "DOCTREES", tmp_path / "doctrees")
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "old").touch()

    def sphinx(target):
        target.mkdir()
        (target / "new").touch()
        if isinstance(sphinx.code, Exception):
            raise sphinx.code
        return sphinx.code

    sphinx.code = 0
    monkeypatch.setattr(site, "build", sphinx)
    return sphinx


def test_a_new_site_takes_the_old_ones_place(build, tmp_path):
    site.render()
    assert {path.name for path in tmp_path.rglob("*")} == {
        "site",
        "new",
        "doctrees",
        "made-of.json",
    }


def test_a_site_that_fails_leaves_the_old_one(build, tmp_path):
    build.code = 1
    (tmp_path / "doctrees").mkdir()  # what Sphinx has read: it would not warn of it again
    with pytest.raises(SystemExit, match="build/site is as it was"):
        site.render()
    assert [path.name for path in tmp_path.rglob("*")] == ["site", "old"]


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), ConfigError("no page")])
def test_a_site_that_ends_early_leaves_the_old_one_and_says_why_in_a_line(
    build, tmp_path, monkeypatch, error
):
    build.code = error
    monkeypatch.setattr(tools.signal, "signal", lambda *_: None)
    monkeypatch.setattr("sys.argv", ["site", "--as-stored"])
    with pytest.raises(SystemExit, match=r"^\n.*(No space left|no page).*; as it was$"):
        tools.run_tool(site.main, "as it was")
    assert [path.name for path in (tmp_path / "site").iterdir()] == ["old"]
    assert not (tmp_path / "site.new").exists()


def test_after_a_build_that_was_killed_between_two_names_the_old_site_is_kept(build, tmp_path):
    (tmp_path / "site").rename(tmp_path / "site.old")
    build.code = 1
    with pytest.raises(SystemExit, match="build/site is as it was"):
        site.render()
    assert [path.name for path in tmp_path.rglob("*")] == ["site", "old"]


@pytest.fixture
def pages(tmp_path, monkeypatch):
    """Give a folder with a page, and an extension, and what Sphinx has read of it, an hour ago."""
    monkeypatch.setattr(doctrees, "ROOT", tmp_path)
    monkeypatch.setattr(doctrees, "DOCTREES", tmp_path / "build" / "doctrees")
    monkeypatch.setattr(doctrees, "notebooks", lambda: [])
    monkeypatch.setattr(doctrees, "names", lambda: [])
    (tmp_path / "site" / "_extensions").mkdir(parents=True)
    (tmp_path / "site" / "page.md").write_text("words")
    (tmp_path / "site" / "_extensions" / "links.py").write_text("LEVEL = 4")
    doctrees.DOCTREES.mkdir(parents=True)
    (doctrees.DOCTREES / "page.doctree").touch()
    with doctrees.fresh():
        pass
    assert not (doctrees.DOCTREES / "page.doctree").exists()  # nobody knew what it was of
    (doctrees.DOCTREES / "page.doctree").touch()
    hour_ago = time.time() - 3600
    os.utime(doctrees.DOCTREES / "made-of.json", (hour_ago, hour_ago))
    return tmp_path / "site"


def rewritten(path, text, hours):
    path.write_text(text)
    when = time.time() - 3600 * hours
    os.utime(path, (when, when))


CHANGED = {
    "nothing": (lambda site: None, True),
    "a page, which is newer": (lambda site: rewritten(site / "page.md", "other", 0.5), True),
    "a page with an older date": (lambda site: rewritten(site / "page.md", "other", 2), False),
    "a page that is gone": (lambda site: (site / "page.md").unlink(), False),
    "an extension": (lambda site: rewritten(site / "_extensions" / "links.py", "L = 7", 0), False),
}  # fmt: skip


@pytest.mark.parametrize(("change", "kept"), CHANGED.values(), ids=CHANGED)
def test_what_sphinx_has_read_is_kept_where_it_sees_what_has_changed(pages, change, kept):
    change(pages)
    with doctrees.fresh():
        assert (doctrees.DOCTREES / "page.doctree").exists() == kept
        # whoever is killed now leaves no record: the next one begins anew
        assert not (doctrees.DOCTREES / "made-of.json").exists()
    assert json.loads((doctrees.DOCTREES / "made-of.json").read_text()) == doctrees.digests()


def test_all_that_pages_are_made_of_is_looked_at():
    found = {path.relative_to(tools.ROOT).as_posix() for path in doctrees.parts()}
    made_of = {
        "README.md",
        "notebooks/04b-proof.ipynb",
        "requirements.txt",
        "site/_extensions/links.py",
        "site/_static/play/rnn.js",
        "site/_templates/page.html",
        "site/claims.json",
        "site/helpers/engine.md",
        "src/helpers/engine/layers.py",
        "src/helpers/tasks/prose.txt",
        "studies/recall.json",
        "studies/recall.py",
        "tools/archive.py",
    }
    assert made_of <= found


OF_A_READER = ["video.mp4", "notebooks/private.csv", "notebooks/Untitled.ipynb"]
OF_A_READER += ["studies/mine.json", "site/_static/style.css.4711.new", "src/helpers/.a.py.swp"]


def test_a_file_of_a_readers_is_not_read_and_so_may_be_anything(pages):
    before = doctrees.digests()
    for name in OF_A_READER:
        path = pages.parent / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("a")
    assert doctrees.digests() == before


def test_what_sphinx_has_read_for_a_build_that_failed_is_gone(pages):
    with pytest.raises(KeyError), doctrees.fresh():
        {}["no page"]
    assert not doctrees.DOCTREES.exists()


def test_what_is_saved_while_a_notebook_runs_is_not_lost(tmp_path, monkeypatch):
    path = write_notebook(tmp_path / "a.ipynb", nbformat.v4.new_code_cell("1 + 1"))
    in_a_thread = notebooks.in_a_thread

    def saved_meanwhile(function):
        path.write_text(path.read_text().replace("1 + 1", "1 + 2"))
        in_a_thread(function)

    monkeypatch.setattr(notebooks, "in_a_thread", saved_meanwhile)
    with pytest.raises(ValueError, match=r"was changed while it was executed, and is as you left"):
        notebooks.execute(path)
    assert [cell.source for cell in notebooks.read(path).cells] == ["1 + 2"]


def test_a_lesson_is_not_executed_where_a_record_is_missing(build, tmp_path, monkeypatch):
    monkeypatch.setattr("sys.argv", ["site"])
    monkeypatch.setattr(site, "is_stale", lambda path: pytest.fail("it looked at lessons first"))
    monkeypatch.setattr(sound, "STUDIES", tmp_path)
    with pytest.raises(ValueError, match=r"\.json: expected a record: make studies ONLY="):
        site.main()


def test_where_a_process_has_several_threads_tests_have_one(request, monkeypatch):
    ours = request.config.pluginmanager.get_plugin(str(tools.ROOT / "conftest.py"))
    for threads, together in (("1", True), ("2", False), ("4", False)):
        monkeypatch.setenv("OPENBLAS_NUM_THREADS", threads)
        assert (ours.pytest_xdist_auto_num_workers() > 1) == together


def test_two_builds_at_once_do_not_meet(tmp_path):
    at_work = pytest.raises(OSError, match="another build is at work in")
    with tools.alone(tmp_path), at_work, tools.alone(tmp_path):
        pytest.fail("both at once")
    with tools.alone(tmp_path):  # and afterwards it is free again
        pass


def test_a_folder_that_cannot_be_written_to_is_told_in_a_line(tmp_path, monkeypatch):
    monkeypatch.setattr(tools.signal, "signal", lambda *_: None)
    (tmp_path / "build").write_text("a file in its place")

    def build():
        with tools.alone(tmp_path / "build"):
            pytest.fail("there is no folder")

    with pytest.raises(SystemExit) as told:
        tools.run_tool(build, "build/site is as it was")
    assert str(told.value).count("\n") == 1
    assert "build/site is as it was" in str(told.value)


@pytest.mark.parametrize(("arguments", "executed"), [([], ["a"]), (["--as-stored"], [])])
def test_only_make_site_executes_what_is_stale(build, monkeypatch, arguments, executed):
    done = []
    monkeypatch.setattr("sys.argv", ["site", *arguments])
    monkeypatch.setattr(site, "notebooks", lambda: ["a", "b"])
    monkeypatch.setattr(site, "is_stale", lambda path: path == "a")
    monkeypatch.setattr(site, "execute_all", done.extend)
    site.main()
    assert done == executed


def test_an_unknown_notebook_is_named():
    with pytest.raises(SystemExit, match="no notebook begins with '99'"):
        notebooks.notebooks("99")


def test_of_a_name_without_an_end_little_is_said():
    for refuse in (notebooks.notebooks, lambda name: tools.require_name("study", name, ["recall"])):
        with pytest.raises(SystemExit, match=r"'xxx+\.\.\.x+'") as told:
            refuse("x" * 100_000)
        assert len(str(told.value)) < 100


@pytest.mark.parametrize(
    ("tool", "option"),
    [("claims", "--seeds"), ("mutants", "--sample"), ("serve", "--port"), ("bench", "--rounds")],
)
@pytest.mark.parametrize("digits", [4_000, 10_000])
def test_of_a_number_without_an_end_little_is_said(tool, option, digits, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["make", option, "1" * digits])
    with pytest.raises((SystemExit, ValueError)) as told:
        importlib.import_module(f"tools.{tool}").main()
    said = f"{told.value} {capsys.readouterr().err}"
    assert re.search(r"(SEEDS|SAMPLE|PORT|rounds|whole number).*got '?111+\.\.\.1+", said)
    assert len(said) < 400


def test_parallel_results_keep_their_order(capsys):
    assert list(parallel.run_each(abs, [-3, -1, -2], "jobs")) == [3, 1, 2]
    assert "jobs: 100%" in capsys.readouterr().err


DYING = """
import os, signal
from tools import run_tool
from tools.parallel import run_each

def die(seed):
    os.kill(os.getpid(), signal.SIGKILL)  # as the system does where memory is short

run_tool(lambda: list(run_each(die, [1, 2], "jobs")), "all is as it was")
"""


def test_a_worker_that_is_killed_is_said_in_a_line():
    command = [sys.executable, "-c", DYING]
    done = subprocess.run(command, cwd=tools.ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    *bars, said = done.stderr.strip().splitlines()
    assert said.startswith("a worker died: was there too little memory?")
    assert said.endswith("; all is as it was")
    assert all(line.strip().startswith("jobs: ") for line in bars if line), done.stderr


def test_parallel_results_are_there_before_the_last_job_is_done():
    first, second = threading.Event(), threading.Event()
    first.set()
    with joblib.parallel_config("threading"):  # an event cannot go to another process
        results = parallel.run_each(lambda event: event.wait(20), [first, second], "jobs")
        assert next(results)
        second.set()
        assert list(results) == [True]
