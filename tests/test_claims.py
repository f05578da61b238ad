"""The claims ledger: of these notebooks, whole, and held."""

import json
import re

import nbformat
import pytest

from helpers.check import tolerance
from tools import claims
from tools.notebooks import KERNEL, code_of, fingerprint, notebooks

LEDGER = claims.read_ledger()


@pytest.fixture(params=notebooks(), ids=lambda path: path.stem)
def lesson(request):
    assert request.param.stem in LEDGER, "run: make claims"
    return nbformat.read(request.param, as_version=4), LEDGER[request.param.stem]


def test_the_ledger_has_every_lesson_and_no_other():
    assert sorted(LEDGER) == [path.stem for path in notebooks()]


def test_it_is_of_this_notebook(lesson):
    notebook, entry = lesson
    assert entry["checked_from"] == fingerprint(notebook), "run: make claims"


def test_it_has_every_claim_that_the_page_shows(lesson):
    notebook, entry = lesson
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    shown = "\n".join(output.get("text", "") for output in outputs)
    lines = [c["claim"] + tolerance(c["atol"]) for c in entry["claims"]]
    assert sorted(set(re.findall(r"^✓ (.*)$", shown, re.MULTILINE))) == sorted(lines)


def test_its_seeds_are_the_first_ones_and_at_least_twenty(lesson):
    _, entry = lesson
    assert entry["seeds"] == list(range(1, len(entry["seeds"]) + 1))
    assert len(entry["seeds"]) >= 20


def test_every_claim_held_for_nineteen_of_twenty_seeds(lesson):
    _, entry = lesson
    assert not entry["errors"]
    for claim in entry["claims"]:
        assert len(claim["failed"]) <= len(entry["seeds"]) / 20, claim


def test_a_claim_fails_where_it_is_false_or_was_never_reached():
    held = {"claim": "c", "atol": None, "held": True}
    runs = [
        {"seed": 1, "checks": [held]},
        {"seed": 2, "checks": [held, held | {"held": False}]},
        {"seed": 3, "checks": []},
        {"seed": 4, "checks": [held | {"atol": 0.1}]},
    ]
    assert claims.claim_entry("c", None, runs)["failed"] == [2, 3, 4]


@pytest.fixture
def small_notebook(tmp_path):
    new = nbformat.v4
    cells = [
        new.new_code_cell("SEED = 1", metadata={"tags": ["parameters"]}),
        new.new_code_cell("from helpers.check import check"),
        new.new_code_cell("check('the seed is odd', SEED % 2 == 1)"),
        new.new_code_cell("check('the seed is 2', SEED, 2, atol=0.5)\nassert SEED != 3"),
        new.new_code_cell("check('the end is reached', True)"),
    ]
    path = tmp_path / "small.ipynb"
    nbformat.write(new.new_notebook(cells=cells, metadata=KERNEL), path)
    return path


def test_a_run_reports_every_verdict_and_the_error_that_ended_it(small_notebook):
    before = small_notebook.read_bytes()
    runs = [claims.verdicts((small_notebook, seed)) for seed in (2, 3)]
    assert small_notebook.read_bytes() == before
    assert [c["held"] for c in runs[0]["checks"]] == [False, True, True]
    assert runs[0]["error"] is None
    assert "AssertionError" in runs[1]["error"]
    entry = claims.lesson_entry(small_notebook, "0123", runs)
    failed = {claim["claim"]: claim["failed"] for claim in entry["claims"]}
    assert failed == {"the seed is odd": [2], "the seed is 2": [3], "the end is reached": [3]}
    assert list(entry["errors"]) == ["3"]
    assert str(small_notebook.parent) not in json.dumps(entry)


def test_a_run_that_ends_without_words_keeps_its_verdicts(small_notebook, monkeypatch):
    def ends(*_, **__):
        raise TimeoutError

    monkeypatch.setattr(claims.papermill, "execute_notebook", ends)
    run = claims.verdicts((small_notebook, 1))
    assert run == {"seed": 1, "error": "TimeoutError: no words", "checks": []}


def test_updating_one_lesson_keeps_the_others(tmp_path, monkeypatch):
    path = notebooks()[0]
    known = {"lesson": path.stem, "claims": ["kept"]}
    monkeypatch.setattr(claims, "LEDGER", tmp_path / "claims.json")
    claims.LEDGER.write_text(json.dumps([known, {"lesson": "00-gone", "claims": []}]))
    monkeypatch.setattr(claims, "run_all", lambda *_: [])
    claims.update_ledger([], 20)
    assert claims.read_ledger() == {path.stem: known}


def test_each_lesson_gets_its_own_runs(tmp_path, monkeypatch):
    monkeypatch.setattr(claims, "LEDGER", tmp_path / "claims.json")
    monkeypatch.setattr(claims, "notebooks", lambda: paths)
    monkeypatch.setattr(claims, "read", lambda path: path)
    monkeypatch.setattr(claims, "fingerprint", lambda path: f"of {path.stem}")
    monkeypatch.setattr(claims, "run_all", lambda function, jobs, what: list(map(function, jobs)))
    held = {"claim": "c", "atol": None, "held": True}
    monkeypatch.setattr(
        claims,
        "verdicts",
        lambda job: {"seed": job[1], "error": None, "checks": [held | {"claim": job[0].stem}]},
    )
    paths = [tmp_path / "01.ipynb", tmp_path / "02.ipynb"]
    claims.update_ledger(paths, 3)
    for path in paths:
        entry = claims.read_ledger()[path.stem]
        assert entry["checked_from"] == f"of {path.stem}"
        assert entry["seeds"] == [1, 2, 3]
        assert entry["claims"] == [{"claim": path.stem, "atol": None, "failed": []}]


def test_a_broken_ledger_is_named_before_anything_runs(tmp_path, monkeypatch):
    monkeypatch.setattr(claims, "LEDGER", tmp_path / "claims.json")
    monkeypatch.setattr(claims, "run_all", lambda *_: pytest.fail("ran"))
    for broken in ("[{", '[{"x": 1}]', "7"):
        claims.LEDGER.write_text(broken)
        with pytest.raises(ValueError, match=r"claims\.json is not a ledger"):
            claims.update_ledger(notebooks(), 2)


def test_code_of_leaves_out_prose(small_notebook):
    notebook = nbformat.read(small_notebook, as_version=4)
    notebook.cells.append(nbformat.v4.new_markdown_cell("prose"))
    assert len(code_of(notebook)) == 5
