"""What a notebook depends on is found, and its digests change with that alone."""

import shutil

import nbformat
import pytest

from tools import digests

ROOMS = {
    "__init__.py": "",
    "engine/__init__.py": "from helpers.engine.gated import (\n    GRU, LSTM,\n)\n"
    "from helpers.engine.losses import loss as error\n",
    "engine/gated.py": "from helpers.engine.layers import affine\n"
    "from helpers.lesson.arguments import require\n",
    "engine/layers.py": "import numpy\n",
    "engine/losses.py": "",
    "figures/__init__.py": "from helpers.figures.plots import arrow\n",
    "figures/diagrams.py": "from helpers.lesson.arguments import require\n",
    "figures/old stuff/scratch.py": "x = (",
    "figures/plots.py": "",
    "lesson/__init__.py": "from helpers.lesson.check import check\n",
    "lesson/arguments.py": "",
    "lesson/check.py": "",
    "models/__init__.py": "from helpers.models.readers import reader\n",
    "models/keras_models.py": "from helpers.lesson import arguments\n",
    "models/readers.py": "from helpers.engine import LSTM\n",
}
GATED = {"engine/gated.py", "engine/layers.py", "lesson/arguments.py"}
FIGURES = {"figures/__init__.py", "figures/plots.py"}  # diagrams nobody hands on


@pytest.fixture
def rooms(tmp_path, monkeypatch):
    """Give a small package of helpers in the place of the real one."""
    monkeypatch.setattr(digests, "HELPERS", tmp_path / "helpers")
    for name, source in ROOMS.items():
        path = tmp_path / "helpers" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)
    return tmp_path / "helpers"


def closure(source):
    files = digests.helper_closure(source)
    return [file.relative_to(digests.HELPERS).as_posix() for file in files]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import numpy, os.path\nfrom scipy import stats", set()),
        ("from helpers.engine import LSTM", GATED),
        ("from helpers.engine import GRU as G, error", GATED | {"engine/losses.py"}),
        ("def f():\n    from helpers.engine.gated import parts", GATED),
        ("import helpers.engine.gated as gated", GATED),
        ("from helpers.engine import gated", GATED),
        ("from helpers.models import reader", GATED | {"models/readers.py"}),
        ("from helpers.lesson import check", {"lesson/check.py"}),
        ("from helpers.lesson import arguments", {"lesson/arguments.py"}),
        ("from helpers.figures import arrow", {"figures/plots.py"}),
        ("from helpers import figures", FIGURES),
        ("import helpers.figures", FIGURES),
        ("from helpers.figures import *", FIGURES),
        ("import helpers", {"__init__.py"}),
        (
            "import helpers.models, helpers.engine",
            {each for each in ROOMS if each[0] in "em"} - {"models/keras_models.py"}
            | {"lesson/arguments.py"},
        ),
        (
            "from helpers.models.keras_models import keras",
            {"models/keras_models.py", "lesson/arguments.py"},
        ),
    ],
)
def test_the_modules_behind_an_import_are_found_through_the_faces(rooms, source, expected):
    assert closure(source) == sorted(expected)


def test_what_was_read_once_is_read_anew_once_it_has_changed(rooms):
    source = "from helpers.engine import LSTM"
    assert set(closure(source)) == GATED
    (rooms / "engine" / "layers.py").write_text("from helpers.engine import losses\n")
    assert set(closure(source)) == GATED | {"engine/losses.py"}
    (rooms / "engine" / "gated.py").write_text("")
    assert closure(source) == ["engine/gated.py"]


def test_a_face_that_has_a_name_from_elsewhere_changes_the_closure(rooms):
    (rooms / "lesson" / "__init__.py").write_text("from helpers.lesson.arguments import check\n")
    assert closure("from helpers.lesson import check") == ["lesson/arguments.py"]


@pytest.mark.parametrize(
    ("source", "named"),
    [
        ("from helpers.engine import LSTN", r"helpers\.engine has no LSTN"),
        ("from helpers import engines", r"helpers has no engines"),
        ("from helpers.plots import arrow", r"helpers\.plots: there is no such module"),
        ("import helpers.engine.lstm", r"helpers\.engine\.lstm: there is no such module"),
        ("from .gated import LSTM", r"line 1: expected an import that begins with helpers\."),
    ],
)
def test_an_import_that_leads_nowhere_is_named(rooms, source, named):
    with pytest.raises(ValueError, match=named):
        digests.helper_closure(source)


@pytest.mark.parametrize(
    ("helper", "slip", "said"),
    [
        ("engine/gated.py", "def f(:", r"invalid syntax \(line 3\)$"),
        ("engine/gated.py", "  x = 1", r"unexpected indent \(line 3\)$"),
        ("engine/gated.py", "x = 1\0", "source code .* null bytes"),
        ("engine/__init__.py", "def f(:", r"invalid syntax \(line 5\)$"),
        (
            "engine/gated.py",
            "from .layers import affine",
            r"line 3: expected an import that begins",
        ),
        ("engine/layers.py", "from helpers.lesson import chek", r"helpers\.lesson has no chek"),
    ],
)
def test_a_slip_in_a_helper_is_said_with_its_room_and_its_module(rooms, helper, slip, said):
    with (rooms / helper).open("a") as file:
        file.write(f"{slip}\n")
    with pytest.raises((SyntaxError, ValueError), match=rf"^helpers/{helper}: {said}"):
        digests.helper_closure("from helpers.models import reader")


@pytest.fixture
def lesson(rooms):
    """Give a notebook that imports a module of four rooms."""
    imports = ["engine import LSTM", "figures import arrow", "lesson import check"]
    code = "\n".join(f"from helpers.{each}" for each in [*imports, "models import reader"])
    cells = [nbformat.v4.new_code_cell(code), nbformat.v4.new_markdown_cell("prose")]
    return nbformat.v4.new_notebook(cells=cells)


def both(notebook):
    return digests.fingerprint(notebook), digests.results_digest(notebook)


BARE = 'def f(x):\n    """What it does."""\n    return x + "# a"  # why\n'


@pytest.mark.parametrize(
    ("changed", "counts"),
    [
        (BARE.replace("why", "why not"), False),
        (BARE.replace("  # why", ""), False),
        (BARE.replace("\n    return", "\n    # first\n    return"), False),
        (BARE.replace("What it does.", "What it\n\n    does."), False),
        (f'"""A module."""\n{BARE}', False),
        (BARE.replace("# a", "# b"), True),
        (BARE.replace("f(x)", "f(x, y=1)"), True),
        (BARE + "g = f\n", True),
    ],
)
def test_words_about_the_code_ask_for_new_outputs_and_for_no_new_claims(
    rooms, lesson, changed, counts
):
    module = rooms / "engine" / "gated.py"
    module.write_text(BARE)
    outputs, results = both(lesson)
    module.write_text(changed)
    assert both(lesson)[0] != outputs
    assert (both(lesson)[1] != results) == counts
    module.write_text(BARE)
    lesson.cells.append(nbformat.v4.new_code_cell(BARE))
    results = both(lesson)[1]
    lesson.cells[-1].source = changed
    assert (both(lesson)[1] != results) == counts


def test_a_text_that_a_module_reads_belongs_to_it(rooms, lesson):
    (rooms / "engine" / "gated.py").write_text('TEXT = "prose.txt"\n')
    for name in ("prose.txt", "other.txt"):
        (rooms / "engine" / name).write_text("a")
    before = both(lesson)
    (rooms / "engine" / "other.txt").write_text("b")
    assert both(lesson) == before
    (rooms / "engine" / "prose.txt").write_text("b")
    after = both(lesson)
    assert before[0] != after[0]
    assert before[1] != after[1]


@pytest.mark.parametrize(
    "call", ['load_study("recall")', "load_study( 'recall' )", 'load_study(name="recall",)']
)
def test_a_study_that_is_read_is_found_however_the_call_is_written(call):
    assert [file.name for file in digests.studies_read(f"x = {call}[0]")] == ["recall.json"]


@pytest.mark.parametrize(
    "call",
    ["load_study(name)", "load_study()", "load_study(1)", 'load_study("../site/claims")'],
)
def test_a_study_that_cannot_be_known_is_refused(call):
    with pytest.raises(ValueError, match="expected load_study"):
        digests.studies_read(call)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ('load_study("lost")', "there is no study lost"),
        ("from helpers.tasks import nothing", "helpers.tasks has no nothing"),
        ("import helpers.nowhere", "helpers.nowhere: there is no such module"),
        ("%matplotlib inline", "cell c: expected Python, got '%matplotlib inline'"),
        ("a = 1\0", "cell c: expected Python, got 'source code .*null bytes"),
    ],
)
def test_a_lesson_whose_code_cannot_be_followed_is_named(code, said):
    cells = [nbformat.v4.new_markdown_cell("# Nine"), nbformat.v4.new_code_cell(code, id="c")]
    notebook = nbformat.v4.new_notebook(cells=cells)
    for of in (digests.fingerprint, digests.results_digest):
        with pytest.raises(ValueError, match=f"^Nine: {said}"):
            of(notebook)


def test_where_cells_have_no_names_a_line_that_is_no_python_is_named_by_its_number():
    """As in a notebook of format 4.4."""
    cells = [nbformat.v4.new_markdown_cell("# Nine"), nbformat.v4.new_code_cell("%time 1")]
    for cell in cells:
        del cell["id"]
    notebook = nbformat.v4.new_notebook(cells=cells, nbformat_minor=4)
    with pytest.raises(ValueError, match=r"^Nine: cell 2: expected Python, got '%time 1'$"):
        digests.fingerprint(notebook)


@pytest.mark.parametrize(
    ("changed", "outputs", "results"),
    [
        ("engine/losses.py", False, False),  # of the same room, but nothing imports it
        ("engine/gated.py", True, True),
        ("engine/layers.py", True, True),
        ("models/readers.py", True, True),
        ("figures/diagrams.py", False, False),
        ("figures/plots.py", True, False),
        ("lesson/check.py", True, False),
        ("lesson/arguments.py", True, False),
    ],
)
def test_a_change_asks_for_what_depends_on_it(rooms, lesson, changed, outputs, results):
    before = both(lesson)
    with (rooms / changed).open("a") as file:
        file.write("second = 2\n")
    after = both(lesson)
    assert (before[0] != after[0], before[1] != after[1]) == (outputs, results)


def test_both_digests_follow_the_code_but_not_the_prose(lesson):
    before = both(lesson)
    lesson.cells[1].source = "other prose"
    assert both(lesson) == before
    lesson.cells[0].source += "\nnew = 1"
    assert not set(both(lesson)) & set(before)


def test_a_slip_in_a_helper_is_not_said_to_be_the_lessons(rooms, lesson):
    (rooms / "engine" / "gated.py").write_text("def f(:")
    with pytest.raises(SyntaxError, match=r"^helpers/engine/gated\.py: invalid syntax"):
        digests.fingerprint(lesson)


def test_a_digest_is_the_same_in_another_place_and_with_other_ends_of_lines(
    rooms, lesson, monkeypatch
):
    before = both(lesson)
    elsewhere = rooms.parent / "a" / "place" / "elsewhere"
    shutil.copytree(rooms, elsewhere)
    for path in elsewhere.rglob("*.py"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    monkeypatch.setattr(digests, "HELPERS", elsewhere)
    assert b"\r\n" in (elsewhere / "engine" / "gated.py").read_bytes()
    assert both(lesson) == before


def test_splitting_a_cell_changes_the_fingerprint():
    new = nbformat.v4
    one = new.new_notebook(cells=[new.new_code_cell("a = 1\nb = 2")])
    two = new.new_notebook(cells=[new.new_code_cell("a = 1"), new.new_code_cell("b = 2")])
    assert digests.fingerprint(one) != digests.fingerprint(two)


def test_both_digests_follow_recorded_studies(tmp_path, monkeypatch):
    monkeypatch.setattr(digests, "ROOT", tmp_path)
    (tmp_path / "studies").mkdir()
    record = tmp_path / "studies" / "x.json"
    record.write_text("{}")
    code = nbformat.v4.new_code_cell("load_study('x')")
    notebook = nbformat.v4.new_notebook(cells=[code])
    before = both(notebook)
    record.write_text("[]")
    assert not set(both(notebook)) & set(before)


@pytest.mark.parametrize("sign", ["\u2028", "\u0085", "\x0b", "\x0c", "\x1c"])
def test_a_sign_at_which_others_break_lines_hides_no_code(sign):
    sources = [f'NOTE = "pasted{sign}text"  # a note\nMANY = {n}  # a note\n' for n in (20, 99)]
    kept = [digests.computing(source) for source in sources]
    assert kept == [f'NOTE = "pasted{sign}text"\nMANY = {n}' for n in (20, 99)]
