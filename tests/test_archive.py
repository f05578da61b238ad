"""The archive of the site: whole, always the same, and enough for somebody new."""

import hashlib
import io
import json
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest

from helpers.lesson import load_study
from tests.newcomer import lend_packages, run
from tools import ROOT, archive, wheel
from tools.notebooks import notebooks
from tools.student import without_solutions

SITE = ROOT / "build" / "site"
BUILT = SITE / f"{archive.NAME}.zip"
RECORDS = sorted((ROOT / "studies").glob("*.json"))
LESSON = notebooks("04b")[0]  # one that reads a record, and is soon done


def files_of(zipped):
    """Return the bytes of each file in a zip file, by its place."""
    with zipfile.ZipFile(zipped) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


@pytest.fixture(scope="module")
def files():
    """Give the files of the archive, by their places in its one folder."""
    found = files_of(BUILT)
    assert {name.split("/")[0] for name in found} == {archive.NAME}
    return {name.split("/", 1)[1]: content for name, content in found.items()}


@pytest.fixture(scope="module")
def wheel_name(files):
    (name,) = (name for name in files if name.endswith(".whl"))
    return name


def test_it_holds_the_lessons_and_their_student_copies(files):
    for path in notebooks():
        assert files[f"notebooks/{path.name}"] == path.read_bytes()
        copy = files[f"without-solutions/{path.name}"]
        assert nbformat.reads(copy.decode(), as_version=4) == without_solutions(path)
        assert (SITE / "without-solutions" / path.name).read_bytes() == copy
    assert sum(name.endswith(".ipynb") for name in files) == 2 * len(notebooks())


def test_it_holds_the_lock_and_the_wheel_with_its_hash(files, wheel_name):
    lock = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    digest = hashlib.sha256(files[wheel_name]).hexdigest()
    assert wheel_name.startswith("what_rnns_learn-")
    assert files["requirements.txt"].decode() == (
        f"{lock}./{wheel_name} \\\n    --hash=sha256:{digest}\n"
    )
    for name in ("environment.yml", "LICENSE"):
        assert files[name] == (ROOT / name).read_bytes()


def test_the_wheel_carries_all_of_helpers_and_every_record(files, wheel_name):
    found = files_of(io.BytesIO(files[wheel_name]))
    helpers = {name: content for name, content in found.items() if name.startswith("helpers/")}
    wanted = {
        path.relative_to(ROOT / "src").as_posix(): path.read_bytes()
        for path in (ROOT / "src" / "helpers").rglob("[!.]*")
        if path.suffix in (".py", ".txt")
    }
    records = {f"helpers/lesson/records/{path.name}": path.read_bytes() for path in RECORDS}
    assert records
    assert helpers == wanted | records


def test_the_same_lessons_give_the_same_bytes(tmp_path):
    archive.write(tmp_path)
    assert (tmp_path / BUILT.name).read_bytes() == BUILT.read_bytes(), "run: make site"


def test_no_time_stands_in_it(files, wheel_name):
    for zipped in (BUILT, io.BytesIO(files[wheel_name])):
        with zipfile.ZipFile(zipped) as opened:
            times = {entry.date_time for entry in opened.infolist()}
        assert times == {(1980, 1, 1, 0, 0, 0)}


def test_the_order_of_files_makes_no_difference():
    files = {"a": b"1", "b": b"2"}
    assert archive.zipped(files) == archive.zipped(dict(reversed(files.items())))
    assert archive.zipped(files) != archive.zipped(files | {"b": b"3"})


def test_a_wheel_leaves_the_tree_and_the_surroundings_as_they_were(tmp_path, monkeypatch):
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    monkeypatch.chdir(tmp_path)
    name = wheel.build_wheel("")
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert Path.cwd() == tmp_path
    assert "SOURCE_DATE_EPOCH" not in wheel.os.environ
    assert not (ROOT / wheel.RECORDS).exists()


@pytest.mark.parametrize("site", ["", "https://example.org/rnns/"])
def test_the_readme_names_the_site_if_it_has_an_address(monkeypatch, site):
    monkeypatch.setattr(archive, "addresses", lambda: {"site": site})
    text = archive.readme("x.whl")
    assert ("They come from " + site in text) if site else ("They come from" not in text)
    assert "x.whl, which the lessons call" in text


def commands(files):
    """Return the three lines of the README."""
    return re.findall(r"^ {4}(\S.*)$", files["README.txt"].decode(), re.MULTILINE)


@pytest.fixture(scope="module")
def newcomer(files, wheel_name, tmp_path_factory):
    """Unpack the archive and follow its first two lines, but for packages, which are lent."""
    home = tmp_path_factory.mktemp("home")
    with zipfile.ZipFile(BUILT) as opened:
        opened.extractall(home)
    folder = home / archive.NAME
    make, fill, _ = commands(files)
    assert make == "python3 -m venv .venv"
    assert fill.endswith("pip install --no-deps --require-hashes -r requirements.txt")
    ours = (folder / "requirements.txt").read_text(encoding="utf-8").splitlines()[-2:]
    assert wheel_name in ours[0]
    (folder / "ours.txt").write_text("\n".join(ours), encoding="utf-8")
    run(make.replace("python3", shlex.quote(sys.executable)), folder)
    run(fill.replace("requirements.txt", "ours.txt --no-index"), folder)
    lend_packages(folder / ".venv")
    return folder


def test_helpers_and_its_records_come_from_the_wheel(newcomer):
    code = "import json, helpers.lesson as l; print(l.__file__); print(json.dumps({}))"
    loads = ", ".join(f'"{path.stem}": l.load_study("{path.stem}")' for path in RECORDS)
    code = code.replace("{}", f"{{{loads}}}")
    where, records = run(f".venv/bin/python -c '{code}'", newcomer).splitlines()
    assert where.startswith(str(newcomer / ".venv" / "lib"))
    assert json.loads(records) == {path.stem: load_study(path.stem) for path in RECORDS}


def test_a_lesson_runs_with_nothing_but_the_archive(files, newcomer):
    path = newcomer / "notebooks" / LESSON.name
    lesson = nbformat.read(path, as_version=4)
    for cell in lesson.cells:
        cell.update({"outputs": []} if cell.cell_type == "code" else {})
    lesson.cells.append(nbformat.v4.new_code_cell("import helpers\nprint(helpers.__file__)"))
    nbformat.write(lesson, path)
    start = commands(files)[2]
    assert start.endswith(" .venv/bin/jupyter lab")
    lab = "-m nbconvert --to notebook --execute --inplace"
    run(start.replace("jupyter lab", f"python {lab} notebooks/{path.name}"), newcomer)
    *cells, last = nbformat.read(path, as_version=4).cells
    assert last.outputs[0].text.startswith(str(newcomer / ".venv" / "lib"))
    assert claims(cells) == claims(nbformat.read(LESSON, as_version=4).cells) != []


def claims(cells):
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    return re.findall(r"^[✓✗] [^:]*", "".join(o.get("text", "") for o in outputs), re.MULTILINE)


def test_what_a_reader_left_among_the_sources_is_not_in_the_wheel(tmp_path, monkeypatch):
    tree, copy = tmp_path / "tree", tmp_path / "copy"
    for folder in (
        "src/helpers/lesson",
        "src/helpers/venv/lib",
        "src/helpers/old stuff",
        "studies",
    ):
        (tree / folder).mkdir(parents=True)
    modules = {f"src/helpers/{name}.py" for name in ("__init__", "lesson/__init__", "lesson/check")}
    modules |= {"src/helpers/lesson/prose.txt"}
    ours = (*wheel.NEEDED, *modules, "studies/hello.py", "studies/hello.json")
    theirs = ("src/helpers/Untitled.ipynb", "studies/mine.json", "studies/._hello.json",
              "src/helpers/check.py~", "src/helpers/lesson/check.py.orig", "src/helpers/#a.py#",
              "src/helpers/Thumbs.db", "src/helpers/\udcff.py", "src/helpers/lesson/grades.csv",
              "src/helpers/notes – old.md", "src/helpers/lesson/check (1).py", "src/a.txt",
              "src/helpers/lesson/check.py.save", "src/helpers/venv/lib/a.py",
              "src/helpers/old stuff/a.py")  # fmt: skip
    for name in (*ours, *theirs):
        (tree / name).touch()
    (tree / "src/helpers/.#check.py").symlink_to("nowhere")
    (tree / "src/helpers/data").symlink_to("nowhere")
    copy.mkdir()
    monkeypatch.setattr(wheel, "ROOT", tree)
    wheel.lay_out(copy)
    found = {str(path.relative_to(copy)) for path in copy.rglob("*") if path.is_file()}
    sources = {*wheel.NEEDED, *modules}
    assert found == sources | {"src/helpers/lesson/records/hello.json"}


def test_a_lock_that_does_not_end_its_last_line_stays_apart_from_the_wheel(tmp_path, monkeypatch):
    (tmp_path / "requirements.txt").write_text("numpy==2\n    # via us")
    monkeypatch.setattr(archive, "ROOT", tmp_path)
    lines = archive.requirements("a.whl", b"").splitlines()
    assert lines[:3] == ["numpy==2", "    # via us", "./a.whl \\"]


@pytest.mark.parametrize("folder", ["plain", "größe"])
def test_where_the_sources_lie_can_be_read_wherever_python_starts(tmp_path, folder):
    tree = tmp_path / folder
    for part in ("src", "tools"):
        shutil.copytree(ROOT / part, tree / part, ignore=shutil.ignore_patterns("__pycache__"))
    for name in wheel.NEEDED:
        shutil.copy(ROOT / name, tree)
    code = "from tools import wheel; print(wheel.build_editable('.'))"
    built = subprocess.run(
        [sys.executable, "-P", "-c", f"import sys; sys.path.insert(0, '.'); {code}"],
        cwd=tree, capture_output=True, text=True, check=True,
    )  # fmt: skip
    sites = tmp_path / "sites"
    zipfile.ZipFile(tree / built.stdout.strip()).extractall(sites)
    code = f"import site, sys; site.addsitedir({str(sites)!a}); print(ascii(sys.path[-1]))"
    # Python as it starts with the letters of C, and no mode of its own
    letters = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    found = subprocess.run(
        [sys.executable, "-I", "-X", "utf8=0", "-c", code],
        env=letters,
        capture_output=True,
        text=True,
    )
    assert found.stdout.strip() == ascii(str(tree / "src")), found.stderr
