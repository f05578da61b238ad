"""The claims ledger: of these notebooks, whole, and at seeds that nobody picked."""

import json
import math
import os
import re
import sys
from pathlib import Path

import nbformat
import pytest

from tests.site_code import extension
from tools import ROOT, begun, claims
from tools.digests import code_of, results_digest
from tools.form import kernel
from tools.notebooks import notebooks, read

LEDGER = claims.read_ledger()


def again(lesson):
    return f"run: make claims ONLY={lesson.split('-')[0]}"


@pytest.fixture(params=notebooks(), ids=lambda path: path.stem)
def lesson(request):
    assert request.param.stem in LEDGER, again(request.param.stem)
    return nbformat.read(request.param, as_version=4), LEDGER[request.param.stem]


def test_the_ledger_has_every_lesson_and_no_other():
    assert sorted(LEDGER) == [path.stem for path in notebooks()]


def test_it_is_of_the_code_as_it_stands(lesson):
    notebook, entry = lesson
    assert entry["checked_from"] == results_digest(notebook), again(entry["lesson"])


def test_it_has_every_claim_that_the_page_shows(lesson):
    notebook, entry = lesson
    claims.require_claims(entry["lesson"], notebook, entry)
    first, *others = entry["claims"]
    renamed = first | {"claim": "x"}
    for wrong in ([], others, [first, first, *others], [renamed, *others]):
        with pytest.raises(ValueError, match=again(entry["lesson"]).removeprefix("run: ")):
            claims.require_claims(entry["lesson"], notebook, entry | {"claims": wrong})
    older = entry | {"claims": [], "checked_from": "of other code"}
    claims.require_claims(entry["lesson"], notebook, older)


def test_a_line_is_of_the_longest_claim_that_it_begins_with():
    lines = ["later", "later: all right", "sum"]
    assert claims.claimed("later: all right: 3 of 4", lines) == "later: all right"
    assert claims.claimed("later: 3 of 4", lines) == "later"
    assert claims.claimed("sums", lines) == "sums"


def test_its_seeds_are_the_forty_that_this_code_draws(lesson):
    notebook, entry = lesson
    drawn = claims.drawn_seeds(results_digest(notebook), 40)
    assert entry["seeds"] == drawn, again(entry["lesson"])


def test_every_run_came_to_its_end(lesson):
    _, entry = lesson
    assert not entry["errors"]


def test_a_claim_fails_at_seeds_of_its_lesson(lesson):
    _, entry = lesson
    for claim in entry["claims"]:
        assert set(claim["failed"]) <= set(entry["seeds"]), claim


def test_seeds_are_different_ones_that_development_does_not_use():
    draws = [claims.drawn_seeds(f"digest {n}", claims.COUNT) for n in range(200)]
    for seeds in draws:
        assert len(set(seeds)) == len(seeds) == claims.COUNT == 40
        assert min(seeds) >= 1_000
        assert 100 * max(seeds) + 99 < 2**31 - 1  # what lessons make of a seed must fit too
    assert len({seed for seeds in draws for seed in seeds}) > 199 * 40


def test_the_same_digest_draws_the_same_seeds_on_every_machine():
    assert claims.drawn_seeds("0123456789abcdef", 3) == [918901, 9129544, 4470857]


@pytest.mark.parametrize(
    ("changed", "same"),
    [("code", False), ("engine", False), ("figures", True), ("lesson", True)],
)
def test_other_code_gives_other_seeds_and_another_style_does_not(
    tmp_path, monkeypatch, changed, same
):
    monkeypatch.setattr("tools.digests.HELPERS", tmp_path)
    for room in ("engine", "figures", "lesson"):
        (tmp_path / room).mkdir()
        (tmp_path / room / "a.py").write_text("first = 1\n")
    code = "".join(f"import helpers.{room}.a\n" for room in ("engine", "figures", "lesson"))
    cell = nbformat.v4.new_code_cell(code)
    notebook = nbformat.v4.new_notebook(cells=[cell])
    before = claims.drawn_seeds(results_digest(notebook), 40)
    if changed == "code":
        cell.source += "x = 1"
    else:
        (tmp_path / changed / "a.py").write_text("second = 2\n")
    after = claims.drawn_seeds(results_digest(notebook), 40)
    assert (before == after) == same
    assert same or not set(before) & set(after)


def test_as_many_seeds_are_drawn_as_the_command_says(monkeypatch):
    asked = []
    monkeypatch.setattr(claims, "is_stale", lambda path: False)
    monkeypatch.setattr(claims, "update_ledger", lambda paths, count: asked.append(count))
    monkeypatch.setattr(claims, "report", lambda paths: None)
    for arguments in ([], ["--seeds", "3"]):
        monkeypatch.setattr("sys.argv", ["claims", *arguments])
        claims.main()
    assert asked == [40, 3]
    assert '--seeds "$${SEEDS:-40}"' in (ROOT / "Makefile").read_text(encoding="utf-8")


@pytest.mark.parametrize("count", ["0", "-1", "99999999"])
def test_a_ledger_of_no_seeds_or_too_many_is_refused(monkeypatch, count):
    monkeypatch.setattr("sys.argv", ["claims", "--seeds", count])
    monkeypatch.setattr(claims, "update_ledger", lambda *_: pytest.fail("ran"))
    with pytest.raises(SystemExit, match=f"SEEDS: expected from 1 to 1000, got {count}"):
        claims.main()


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
        new.new_code_cell("from helpers.lesson.check import check"),
        new.new_code_cell("check('the seed is odd', SEED % 2 == 1)"),
        new.new_code_cell("check('the seed is 2', SEED, 2, atol=0.5)\nassert SEED != 3"),
        new.new_code_cell("check('the end is reached', True)"),
    ]
    path = tmp_path / "small.ipynb"
    nbformat.write(new.new_notebook(cells=cells, metadata=kernel()), path)
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


def test_a_lesson_that_fixes_its_environment_is_recorded_and_then_nothing_is(small_notebook):
    """As where it loads Keras."""
    notebook, before = nbformat.read(small_notebook, as_version=4), dict(os.environ)
    notebook.cells[1].source += "\nimport os\nfrom helpers.lesson import environment"
    notebook.cells[1].source += "\nenvironment.fix(os.environ)"
    nbformat.write(notebook, small_notebook)
    run = claims.verdicts((small_notebook, 2))
    assert [c["held"] for c in run["checks"]] == [False, True, True]
    assert dict(os.environ) == before


def test_a_run_that_ends_without_words_keeps_its_verdicts(small_notebook, monkeypatch):
    def ends(*_, **__):
        raise TimeoutError

    monkeypatch.setattr(claims.papermill, "execute_notebook", ends)
    run = claims.verdicts((small_notebook, 1))
    assert run == {"seed": 1, "error": "TimeoutError: no words", "checks": []}


def test_of_a_long_error_the_ledger_keeps_the_beginning():
    line = claims.in_a_line(ValueError("x" * 10**6))
    assert line.startswith("ValueError: xxx")
    assert len(line) == 300


@pytest.fixture
def three_lessons(tmp_path, monkeypatch):
    """Give paths of lessons that are stand-ins: each has one claim, its name, which holds."""
    paths = [tmp_path / f"0{number}.ipynb" for number in (1, 2, 3)]
    monkeypatch.setattr(claims, "LEDGER", tmp_path / "claims.json")
    monkeypatch.setattr(begun, "BEGUN", tmp_path / "begun")
    monkeypatch.setattr(claims, "notebooks", lambda: paths)
    monkeypatch.setattr(claims, "read", lambda path: path)
    monkeypatch.setattr(claims, "results_digest", lambda path: f"of {path.stem}")
    monkeypatch.setattr(begun, "run_each", lambda function, jobs, what: map(function, jobs))

    def verdicts(job):
        held = {"claim": job[0].stem, "atol": None, "held": True}
        return {"seed": job[1], "error": None, "checks": [held]}

    monkeypatch.setattr(claims, "verdicts", verdicts)
    return paths


def test_updating_one_lesson_keeps_the_others(three_lessons):
    known = entry_of("03", {"kept": []})
    claims.LEDGER.write_text(json.dumps([known, entry_of("00-gone", {})]))
    claims.update_ledger(three_lessons[:1], 4)
    assert sorted(claims.read_ledger()) == ["01", "03"]
    assert claims.read_ledger()["03"] == known


def test_each_lesson_gets_its_own_runs_at_its_own_seeds(three_lessons):
    claims.update_ledger(three_lessons, 4)
    assert list(claims.read_ledger()) == ["01", "02", "03"]
    for lesson, entry in claims.read_ledger().items():
        assert entry["checked_from"] == f"of {lesson}"
        assert entry["seeds"] == claims.drawn_seeds(f"of {lesson}", 4)
        assert entry["claims"] == [{"claim": lesson, "atol": None, "failed": []}]


def test_a_run_that_is_stopped_keeps_the_lessons_that_are_whole(three_lessons, monkeypatch):
    old = entry_of("02", {"old": []})
    claims.LEDGER.write_text(json.dumps([old]))

    def stopped(function, jobs, what):
        yield from map(function, jobs[:7])
        raise KeyboardInterrupt

    monkeypatch.setattr(begun, "run_each", stopped)
    with pytest.raises(KeyboardInterrupt):
        claims.update_ledger(three_lessons, 4)
    ledger = claims.read_ledger()
    assert sorted(ledger) == ["01", "02"]
    assert ledger["01"]["seeds"] == claims.drawn_seeds("of 01", 4)
    assert ledger["02"] == old
    seeds, run = claims.drawn_seeds("of 02", 4), []

    def others(function, jobs, what):
        run.extend(jobs)
        return map(function, jobs)

    monkeypatch.setattr(begun, "run_each", others)
    claims.update_ledger(three_lessons, 4)  # it goes on
    assert run[0] == (three_lessons[1], seeds[3])
    assert len(run) == 12 - 7
    assert claims.read_ledger()["02"]["seeds"] == seeds
    claims.update_ledger(three_lessons, 4)  # and all is run anew
    assert len(run) == 12 - 7 + 12


def test_what_no_ledger_takes_is_not_kept_for_the_next_run(three_lessons, monkeypatch):
    works = claims.verdicts

    def broken(job):
        return {"seed": job[1], "error": "ImportError: x", "checks": []}

    monkeypatch.setattr(claims, "verdicts", broken)
    with pytest.raises(ValueError, match="01 came to its end at no seed"):
        claims.update_ledger(three_lessons, 2)
    monkeypatch.setattr(claims, "verdicts", works)
    claims.update_ledger(three_lessons, 2)
    assert claims.read_ledger()["01"]["errors"] == {}


def test_what_another_run_writes_meanwhile_stays(three_lessons, monkeypatch):
    def meanwhile(function, jobs, what):
        claims.write_ledger({"02": entry_of("02", {"of the other run": []})})
        return map(function, jobs)

    monkeypatch.setattr(begun, "run_each", meanwhile)
    claims.update_ledger(three_lessons[:1], 4)
    assert sorted(claims.read_ledger()) == ["01", "02"]


def test_a_lesson_that_is_changed_while_it_runs_is_not_written_down(three_lessons, monkeypatch):
    digests = iter(["before", "after"])
    monkeypatch.setattr(claims, "results_digest", lambda path: next(digests))
    with pytest.raises(ValueError, match="01 was changed while it was run"):
        claims.update_ledger(three_lessons[:1], 4)
    assert claims.read_ledger() == {}


def test_a_machine_on_which_no_run_comes_to_its_end_writes_nothing(three_lessons, monkeypatch):
    kept = entry_of("01", {"it adds": []})
    claims.LEDGER.write_text(json.dumps([kept]))
    errors = iter(["ImportError: x", None, "ImportError: x", "ImportError: x"])

    def verdicts(job):
        return {"seed": job[1], "error": next(errors), "checks": []}

    monkeypatch.setattr(claims, "verdicts", verdicts)
    with pytest.raises(ValueError, match=r"^02 came to its end at no seed: ImportError: x$"):
        claims.update_ledger(three_lessons[:2], 2)
    assert sorted(claims.read_ledger()) == ["01"]
    assert list(claims.read_ledger()["01"]["errors"].values()) == ["ImportError: x"]


def test_what_ended_a_run_is_said_without_the_folders_of_this_machine():
    for folder in (claims.ROOT, sys.prefix, Path.home() / "a"):
        line = claims.in_a_line(OSError(f"first\nno file ({folder}/lib/x.py)"))
        assert re.fullmatch(r"OSError: no file \(…[/a]*/lib/x.py\)", line)


def test_a_broken_ledger_is_named_before_anything_runs(tmp_path, monkeypatch):
    monkeypatch.setattr(claims, "LEDGER", tmp_path / "claims.json")
    monkeypatch.setattr(begun, "run_each", lambda *_: pytest.fail("ran"))
    for broken in ("[{", '[{"x": 1}]', '[{"lesson": "01"}]', "7", "{}", "[7]", "<<<<<<< HEAD\n[]"):
        claims.LEDGER.write_text(broken)
        with pytest.raises(ValueError, match=r"claims\.json is not a ledger"):
            claims.update_ledger(notebooks(), 2)


def entry_of(lesson, failed, errors=None):
    """Return an entry at the seeds 1 to 10; `failed` has the failed seeds of each claim."""
    rows = [{"claim": c, "atol": None, "failed": seeds} for c, seeds in failed.items()]
    return {
        "lesson": lesson,
        "checked_from": "0",
        "seeds": list(range(1, 11)),
        "errors": errors or {},
        "claims": rows,
    }


def test_a_lesson_held_where_no_claim_failed_and_the_run_came_to_its_end():
    entry = entry_of("01", {"a": [2, 3], "b": [3, 4], "c": []}, {"9": "ValueError: x"})
    assert claims.all_held(entry) == [1, 5, 6, 7, 8, 10]


def test_the_report_begins_with_what_failed(tmp_path, monkeypatch, capsys):
    first, second = entry_of("01", {"a": [], "b": []}), entry_of("02", {"c": [3, 7]}, {"7": "E: x"})
    monkeypatch.setattr(claims, "read_ledger", lambda: {"01": first, "02": second})
    claims.report([tmp_path / "01.ipynb", tmp_path / "02.ipynb"])
    assert capsys.readouterr().out.splitlines() == [
        "02: held at 8 of 10 seeds: c (not at 3, 7)",
        "02: seed 7 ended early: E: x",
        "01: 2 claims, all held at 10 of 10 seeds",
        "02: 1 claims, all held at 8 of 10 seeds",
    ]


@pytest.fixture(scope="module")
def page():
    """Give the module that writes the ledger into its page."""
    return extension("ledger")


def test_the_page_shows_what_failed_then_the_lessons_then_all_claims_folded(page):
    lessons = [
        entry_of("01", {"never fails": []}),
        entry_of("02", {"fails at two": [3, 7], "fails at six": [1, 2, 3, 4, 5, 6], "*d*": []}),
    ]
    lines = page.ledger_text(lessons).replace(page.NBSP, " ").splitlines()
    headings = [line for line in lines if line.startswith("#")]
    one, two = "### {doc}`/lessons/01`", "### {doc}`/lessons/02`"
    failed = "## Claims that did not hold everywhere"
    assert headings == [failed, two, "## The lessons", "## All claims", one, two]
    assert "| {doc}`/lessons/01` | 1 | 10 | 10 of 10 | 72–100 % |" in lines
    assert "| {doc}`/lessons/02` | 3 | 10 | 3 of 10 | 11–60 % |" in lines
    # in the list of all, each has the anchor that its tick leads to
    place = page.place_of("02", "fails at two")
    assert any(line.startswith(f'| <span id="{place}"></span>✗ fails at two') for line in lines)
    lines = [re.sub('<span id="c[0-9a-f]{8}"></span>', "", line) for line in lines]
    all_claims = lines.index("## All claims")
    for part in (lines[: lines.index("## The lessons")], lines[all_claims:]):
        assert "| ✗ fails at two | exact | 8 of 10 | 49–94 % | 2 | 3, 7 |" in part
        assert "| ✗ fails at six | exact | 4 of 10 | 17–69 % | 6 | more than 5 |" in part
    for held in ("| never fails |", "| \\*d\\* |"):
        (row,) = (n for n, line in enumerate(lines) if line.startswith(held))
        assert row > all_claims
    assert lines.count("<details>") == lines.count("</details>") == 2
    assert "<summary>3 claims</summary>" in lines


def test_the_page_says_that_nothing_failed_or_what_ended_a_run(page):
    assert page.NONE in page.ledger_text([entry_of("01", {"a": []})])
    text = page.ledger_text([entry_of("01", {"a": []}, {"4": "ValueError: x"})])
    assert "The run at seed 4 ended early: ValueError: x" in text
    assert page.NONE not in text


def test_the_page_says_what_was_not_run_as_it_is_now(page, monkeypatch):
    now, gone, older = notebooks()[:3]
    entry = {"seeds": [1], "errors": {}, "claims": []}
    ledger = {
        now.stem: entry | {"lesson": now.stem, "checked_from": results_digest(read(now))},
        older.stem: entry | {"lesson": older.stem, "checked_from": "0"},
    }
    monkeypatch.setattr(page, "notebooks", lambda: [now, gone, older])
    lines = [
        f"{{doc}}`/lessons/{gone.stem}` was not run yet.",
        f"{{doc}}`/lessons/{older.stem}` was run before its code was last changed.",
    ]
    assert list(page.gaps(ledger)) == lines
    text = page.ledger_text(list(ledger.values()), lines)
    assert "\n\n".join(["everywhere", *lines, "## The lessons"]) in text
    assert page.NONE not in text


def test_code_of_leaves_out_prose(small_notebook):
    notebook = nbformat.read(small_notebook, as_version=4)
    notebook.cells.append(nbformat.v4.new_markdown_cell("prose"))
    assert len(code_of(notebook)) == 5


ENTRY = {"lesson": "01", "checked_from": "x", "seeds": [7, 9], "errors": {"9": "died"}}
CLAIM = {"claim": "it adds", "atol": None, "failed": [7]}
BROKEN = {
    "no seeds": [ENTRY | {"claims": [], "seeds": [], "errors": {}}],
    "failed where it was not run": [ENTRY | {"claims": [CLAIM | {"failed": [5]}]}],
    "an error where it was not run": [ENTRY | {"claims": [CLAIM], "errors": {"5": "died"}}],
    "a list of errors": [ENTRY | {"claims": [CLAIM], "errors": []}],
    "a claim without its failures": [ENTRY | {"claims": [{"claim": "it adds", "atol": None}]}],
    "a lesson that is a number": [ENTRY | {"claims": [CLAIM], "lesson": 5}],
    "a claim that is a number": [ENTRY | {"claims": [CLAIM | {"claim": 5}]}],
    "a distance in words": [ENTRY | {"claims": [CLAIM | {"atol": "near"}]}],
    "a distance that is none": [ENTRY | {"claims": [CLAIM | {"atol": math.nan}]}],
    "seeds in words": [ENTRY | {"claims": [], "seeds": ["1"], "errors": {}}],
    "failed twice at a seed": [ENTRY | {"claims": [CLAIM | {"failed": 2 * ENTRY["seeds"][:1]}]}],
    "a lesson twice": 2 * [ENTRY | {"claims": [CLAIM]}],
}


@pytest.mark.parametrize("entries", BROKEN.values(), ids=BROKEN)
def test_a_ledger_whose_parts_do_not_belong_together_is_refused(tmp_path, monkeypatch, entries):
    monkeypatch.setattr(claims, "LEDGER", tmp_path / "claims.json")
    claims.LEDGER.write_text(json.dumps([ENTRY | {"claims": [CLAIM]}]))
    assert list(claims.read_ledger()) == ["01"]
    claims.LEDGER.write_text(json.dumps(entries))
    with pytest.raises(ValueError, match=r"claims\.json is not a ledger: .*expected"):
        claims.read_ledger()
