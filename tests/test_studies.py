"""The recorded studies: of these settings, and what the code still gives.

ENDS=all tries the end of every long study and of every recipe, not of those that the code draws,
nor only a part where the whole takes long.
"""

import importlib
import json
import os
import shutil
import sys
from unittest.mock import patch

import joblib
import numpy as np
import pytest

from helpers.lesson import load_study
from tools import ROOT, begun, studies
from tools.digests import digest

NAMES = studies.names()
LONG = [name for name in NAMES if "\nEARLY = " in (studies.STUDIES / f"{name}.py").read_text()]
# Whole rows of all of them take minutes: one is drawn, by what they are made of.
SOURCES = [path for room in ("studies", "src") for path in sorted((ROOT / room).rglob("[!.]*.py"))]
DRAWN = int(digest([], SOURCES), 16)
ALL = os.environ.get("ENDS") == "all"
ENDS = LONG if ALL else [LONG[DRAWN % len(LONG)]]


@pytest.fixture(params=NAMES)
def study(request):
    return importlib.import_module(f"studies.{request.param}"), load_study(request.param)


def test_the_record_is_of_these_settings_and_these_seeds(study):
    module, record = study
    assert record["settings"] == module.SETTINGS
    assert [row["seed"] for row in record["rows"]] == list(module.SEEDS)
    assert {"python", "machine", "keras", "numpy"} <= set(record["versions"])


def numbers_in(value, path=""):
    """Return every number inside lists and dicts, by where it stands."""
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        parts = [numbers_in(item, f"{path}/{key}") for key, item in items]
        return {key: number for part in parts for key, number in part.items()}
    return {path: value}


def recipes_to_try(settings):
    """Return two of many recipes: the lesson's, which others lean on, and a drawn one."""
    others = [name for name in settings.get("recipes", {}) if name != "lesson"]
    if ALL or "lesson" not in settings.get("recipes", {}):
        return {}
    names = ["lesson", others[DRAWN % len(others)]]
    return {"recipes": {name: settings["recipes"][name] for name in names}}


def test_it_comes_out_as_recorded(study):
    """The last row of a short study, the beginning of the first of a long one."""
    module, record = study
    if hasattr(module, "EARLY"):
        early = pytest.approx(numbers_in(record["early"]), abs=1e-4)
        assert numbers_in(studies.early_row(module)) == early
        return
    row, kept = record["rows"][-1], recipes_to_try(module.SETTINGS)
    with patch.dict(module.SETTINGS, kept):
        found = numbers_in(module.row(row["seed"]))
    if kept:
        row = row | {"ends": {name: row["ends"][name] for name in kept["recipes"]}}
    # between kinds of CPU linear networks differ by about 1e-6; other studies say
    tolerance = getattr(module, "TOLERANCE", 1e-4)
    if any(isinstance(value, str) for value in found.values()):
        assert_as_other_rows(found, record["rows"], tolerance)
    else:
        assert found == pytest.approx(numbers_in(row), abs=tolerance)


def part_of(module):
    """Return the part of a long study's settings that is tried, of some but one recipe, drawn."""
    part = getattr(module, "PART", {})
    for name in getattr(module, "ONE_OF", ()):
        recipes = list(part.get(name, module.SETTINGS[name]).items())
        part = part | {name: dict([recipes[DRAWN % len(recipes)]])}
    return part


@pytest.mark.parametrize("name", ENDS)
def test_the_last_row_of_a_long_study_is_like_the_others(name):
    module, record = importlib.import_module(f"studies.{name}"), load_study(name)
    part = {} if ALL else part_of(module)
    with patch.dict(module.SETTINGS, part):
        found = numbers_in(module.row(record["rows"][-1]["seed"]))
    assert_as_other_rows(found, record["rows"], module.TOLERANCE, is_part=bool(part))


def assert_as_other_rows(found, rows, tolerance, is_part=False):
    """Each number is one that the rows of other seeds might have, where rounding decides."""
    rows = [numbers_in(row) for row in rows]
    assert found.keys() <= rows[0].keys() if is_part else found.keys() == rows[0].keys()
    for name, number in found.items():
        others = [row[name] for row in rows]
        if isinstance(number, str):  # drawn, or weights: a digit else, and all after it is
            assert len(number) in {len(text) for text in others}, name
            continue
        room = np.ptp(others) / 2 + tolerance
        assert min(others) - room <= number <= max(others) + room, name


def test_a_number_unlike_all_rows_is_noticed():
    rows = [{"seed": seed, "loss": 1 + seed / 10} for seed in range(5)]
    assert_as_other_rows({"/seed": 0, "/loss": 1.45}, rows, tolerance=0.01)
    assert_as_other_rows({"/loss": 1.45}, rows, tolerance=0.01, is_part=True)
    for wrong in (0.78, 1.62, float("nan")):
        for is_part in (False, True):
            with pytest.raises(AssertionError):
                assert_as_other_rows({"/seed": 0, "/loss": wrong}, rows, 0.01, is_part)
    for wrong, is_part in (({"/loss": 1.45}, False), ({"/loss": 1.45, "/other": 1}, True)):
        with pytest.raises(AssertionError):
            assert_as_other_rows(wrong, rows, 0.01, is_part)


def test_no_record_stands_without_its_code():
    assert sorted(path.stem for path in studies.STUDIES.glob("*.json")) == NAMES


def test_a_record_reads_back_as_it_was_and_has_a_line_for_each_row():
    rows = [{"seed": 1, "end": [0.1, 2.0]}, {"seed": 2, "end": [0.3, 4.0]}]
    text = studies.as_json({"study": "x", "seeds": "1 to 2"}, rows)
    assert json.loads(text) == {"study": "x", "seeds": "1 to 2", "rows": rows}
    assert sum('"seed": ' in line for line in text.splitlines()) == 2


def test_a_module_without_rows_is_no_study(tmp_path, monkeypatch):
    (tmp_path / "whole.py").write_text('"""A."""\n\n\ndef row(seed):\n    return seed\n')
    (tmp_path / "_shared.py").write_text("\ndef row(seed):\n    return seed\n")
    (tmp_path / "scratch.py").write_text("print(1)\n")
    (tmp_path / "._whole.py").write_bytes(b"\x00\x05\x16\x07\xff")
    for copied in ("whole (1).py", "whole copy.py"):
        shutil.copy(tmp_path / "whole.py", tmp_path / copied)
    (tmp_path / "broken.py").symlink_to("nowhere")
    monkeypatch.setattr(studies, "STUDIES", tmp_path)
    assert studies.names() == ["whole"]


@pytest.fixture
def record_of(tmp_path, monkeypatch):
    """Give a way to record a study of a few lines, in this process."""
    package = importlib.import_module("studies")
    monkeypatch.setattr(studies, "STUDIES", tmp_path)
    monkeypatch.setattr(begun, "BEGUN", tmp_path / "begun")
    monkeypatch.setattr(package, "__path__", [str(tmp_path)])

    def record(source):
        (tmp_path / "scratch.py").write_text(source)
        sys.modules.pop("studies.scratch", None)
        with joblib.parallel_config("threading"):
            studies.record("scratch")
        return json.loads((tmp_path / "scratch.json").read_text())

    yield record
    sys.modules.pop("studies.scratch", None)
    vars(package).pop("scratch", None)


STUDY = '''"""What a study
is."""

import numpy as np

SETTINGS = {"updates": 3, "rates": [0.1]}
SEEDS = range(1, 5)
EARLY = {"updates": 1}


def row(seed):
    return {"seed": seed, "loss": {"end": [seed / SETTINGS["updates"]]}}
'''


def test_a_study_is_recorded_with_its_beginning(record_of):
    found = record_of(STUDY)
    assert list(found) == ["study", "command", "settings", "seeds", "versions", "early", "rows"]
    assert (found["study"], found["seeds"]) == ("What a study is.", "1 to 4, all of them")
    assert found["command"] == "make studies ONLY=scratch"
    assert found["settings"] == {"updates": 3, "rates": [0.1]}
    assert found["early"] == {"seed": 1, "loss": {"end": [1.0]}}
    assert found["rows"] == [{"seed": s, "loss": {"end": [s / 3]}} for s in (1, 2, 3, 4)]


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        (STUDY[: STUDY.index("import")], "", "expected a docstring"),
        ("What a study\nis.", " ", "expected a docstring"),
        ("SETTINGS = {", "OTHERS = {", "expected SETTINGS, a dict"),
        ("range(1, 5)", "[]", "expected SEEDS, a range with a seed in it"),
        ("SEEDS", "OTHERS", "expected SEEDS, a range with a seed in it"),
        ("[0.1]", "[np.inf]", r"SETTINGS\['rates'\]\[0\]: expected plain .* finite, got inf"),
    ],
)
def test_what_a_record_cannot_say_of_a_study_is_said_before_a_row(record_of, was, becomes, said):
    untouched = STUDY[: STUDY.index("    return")] + '    raise AssertionError("it began")\n'
    assert was in untouched
    with pytest.raises(ValueError, match=rf"^studies\.scratch: {said}$"):
        record_of(untouched.replace(was, becomes))


ROWS = [
    ("np.float32(1.5)", r"\['loss'\]\['end'\]\[0\]: expected plain .*, got np.float32\(1.5\)"),
    ("float('nan')", r"\['loss'\]\['end'\]\[0\]: expected .* numbers that are finite, got nan"),
    ("(1, np.array([2]))", r"\['loss'\]\['end'\]\[0\]\[1\]: expected .*, got array\(\[2\]\)"),
    ("{(1, 2): 3}", r"\['loss'\]\['end'\]\[0\]: expected plain text.*, got {\(1, 2\): 3}"),
]


@pytest.mark.parametrize(("value", "said"), ROWS)
@pytest.mark.parametrize("early", [True, False], ids=["early", "first"])
def test_a_row_that_no_record_can_hold_is_said_at_once(record_of, value, said, early):
    """By the early row, where there is one, and else by the first that is there."""
    source = STUDY.replace('seed / SETTINGS["updates"]', f"DONE.append(seed) or {value}")
    source = source.replace("range(1, 5)", "range(1, 10_001)\nDONE = []")
    with pytest.raises(ValueError, match=rf"^studies\.scratch: row\(\d+\){said}$"):
        record_of(source if early else source.replace("EARLY", "OTHERS"))
    done = sys.modules["studies.scratch"].DONE
    assert done == [1] if early else 1 in done
    assert len(done) < 1_000


def test_a_study_that_was_stopped_goes_on(record_of, tmp_path, monkeypatch):
    monkeypatch.setattr(begun, "run_each", lambda job, seeds, _: map(job, seeds))  # in turn
    seen, stop = tmp_path / "seen.txt", tmp_path / "stop"
    paths = f"SEEN, STOP = Path({str(seen)!r}), Path({str(stop)!r})"
    lines = [
        "SEEN.write_text(SEEN.read_text() + f'{seed} ')",
        "if seed == 3 and STOP.exists():",
        "    raise KeyboardInterrupt",
    ]
    source = STUDY.replace("import numpy as np", f"from pathlib import Path\n\n{paths}")
    source = source.replace("    return", "".join(f"    {line}\n" for line in lines) + "    return")
    stop.touch()
    seen.write_text("")
    with pytest.raises(KeyboardInterrupt):
        record_of(source)
    stop.unlink()
    rows = [{"seed": s, "loss": {"end": [s / 3]}} for s in (1, 2, 3, 4)]
    assert record_of(source)["rows"] == rows
    assert seen.read_text() == "1 1 2 3 1 3 4 "  # the first each time, for its beginning
    stop.touch()
    with pytest.raises(KeyboardInterrupt):
        record_of(source)
    stop.unlink()
    seen.write_text("")
    assert record_of(source + "\nMORE = 1\n")["rows"] == rows
    assert seen.read_text() == "1 1 2 3 4 "  # of other code


@pytest.mark.parametrize("row", ['{"loss": 1.0}', '{"seed": 1.5}', "[1.0]", "None"])
def test_a_row_that_does_not_say_of_which_seed_it_is_is_refused(record_of, row):
    source = STUDY[: STUDY.index("    return")] + f"    return {row}\n"
    said = r'row\(1\): expected a dict with its "seed", got '
    with pytest.raises(ValueError, match=rf"^studies\.scratch: {said}"):
        record_of(source)


def test_what_a_study_is_made_of_is_its_code_the_helpers_behind_it_and_their_texts(
    tmp_path, monkeypatch
):
    files = {path.name for path in studies.made_of("real_text")}
    assert files >= {"real_text.py", "prose.txt", "recurrent.py"}
    assert not files & {"captioners.py", "captions.py"}
    (tmp_path / "own.py").write_text("from studies._shared import draw\n")
    (tmp_path / "_shared.py").write_text("from helpers.tasks import random_digits as draw\n")
    (tmp_path / "broken.py").write_text("def\n")  # another study: it is not asked
    monkeypatch.setattr(studies, "STUDIES", tmp_path)
    files = {path.name for path in studies.made_of("own")}
    assert files >= {"own.py", "_shared.py", "digits.py"}
    assert "broken.py" not in files


def test_the_record_of_real_text_says_what_lesson_6c_says_of_its_twelve_networks():
    rows = load_study("real_text")["rows"]

    def nearest(updates):
        """Return for each network the count that it is nearest to, of 1 to 6."""
        away = [row["after"][str(updates)]["from unsure counting"] for row in rows]
        return 1 + np.argmin(away, axis=1)

    (ahead,) = np.flatnonzero(nearest(50) != 1)  # the twelfth network: a size ahead
    assert (nearest(50)[ahead], nearest(200)[ahead]) == (2, 4)
    assert (np.delete(nearest(200), ahead) == 3).all()
    for updates in (20, 50, 100, 200, 500):
        assert nearest(updates).max() < 6
