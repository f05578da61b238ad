"""Changes that no test notices are found, in a package of one function with two mutants."""

import gc
import inspect
import os
import pkgutil
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest

from tools import ROOT, mutants

TINY = {
    "pyproject.toml": '[tool.mutmut]\nsource_paths = ["src"]\n',
    "src/tiny/times.py": "def once(n):\n    return n * 1\n",
    "tests/test_times.py": "from tiny import times\ndef test_two(): assert times.once(2) == 2",
}
SURVIVOR = """\
[[survivor]]
function = "tiny.times.once"
was = "return n * 1"
becomes = "return n / 1"
because = "%s"
"""
ELSEWHERE = SURVIVOR.replace("once", "twice")


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """Give the package after a run: `n * 2` is noticed, `n / 1` is not."""
    root = tmp_path_factory.mktemp("tiny")
    for name, text in TINY.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # quicker
        mutants.run(root, [])
    return root


def judged(root, listed, pattern=None):
    (root / mutants.ACCEPTED).write_text(listed)
    return mutants.judge(root, pattern)


def test_the_source_is_as_it_was(tiny):
    assert (tiny / "src/tiny/times.py").read_text() == TINY["src/tiny/times.py"]


@pytest.mark.parametrize("listed", ["", SURVIVOR % ""], ids=["not listed", "no reason"])
def test_a_survivor_is_printed_as_it_would_be_listed(tiny, listed, capsys):
    assert not judged(tiny, listed)
    said = capsys.readouterr().out
    assert SURVIVOR % "" in said
    assert "mutants noticed: 1 of 2 (50.0 %, 95 % interval" in said
    assert said.endswith("mutants that survive and are not listed: 1\n")


def test_one_that_is_listed_with_a_reason_may_survive_but_not_every_second(
    tiny, monkeypatch, capsys
):
    assert not judged(tiny, SURVIVOR % "2.0 == 2")
    monkeypatch.setattr(mutants, "LEAST", 50)
    assert judged(tiny, SURVIVOR % "2.0 == 2")
    said = "mutants that survive and are not listed: 0"
    assert capsys.readouterr().out.split("\n").count(said) == 2


@pytest.mark.parametrize(
    ("becomes", "because", "held"),
    [("*n / *", "2.0 == 2", True), ("*n / *", "", False), ("*n // *", "2.0 == 2", False)],
)
def test_one_of_a_kind_that_is_listed_with_a_reason_may_survive(
    tiny, monkeypatch, becomes, because, held
):
    monkeypatch.setattr(mutants, "LEAST", 50)
    kind = f'[[kind]]\nwas = "*n * *"\nbecomes = "{becomes}"\nbecause = "{because}"\n'
    assert judged(tiny, kind) is held


def test_what_is_listed_in_vain_is_named_where_all_were_asked_for(tiny, monkeypatch, capsys):
    monkeypatch.setattr(mutants, "LEAST", 50)
    listed = (SURVIVOR + ELSEWHERE) % ("2.0 == 2", "it was so")
    assert not judged(tiny, listed)
    assert "tiny.times.twice has no such survivor any more" in capsys.readouterr().out
    assert judged(tiny, listed, "tiny.times.*")


def test_each_survivor_that_is_listed_is_a_line_of_its_function():
    """`make mutants`, which says the same, takes hours: too long to wait with it."""
    listed = tomllib.loads((ROOT / mutants.ACCEPTED).read_text(encoding="utf-8"))["survivor"]
    gone = [
        each["was"] for each in listed if f"\n{each['was']}\n" not in lines_of(each["function"])
    ]
    assert gone == []


def lines_of(name):
    """Return the lines of a function, or of a method, from its dotted name, without indents."""
    source = inspect.getsource(pkgutil.resolve_name(name))
    return "\n".join(line.strip() for line in ["", *source.splitlines(), ""])


def test_those_that_survived_can_be_asked_again_alone(tiny, monkeypatch):
    (alone,) = mutants.survivors(tiny, None)
    assert alone.startswith("tiny.times.x_once__mutmut_")
    with pytest.raises(ValueError, match="no mutant survived"):
        mutants.survivors(tiny, "tiny.other.*")
    asked = []
    monkeypatch.setattr(mutants, "run", lambda root, names: asked.extend(names))
    monkeypatch.setattr(mutants, "judge", lambda root, pattern, sample: True)
    monkeypatch.setattr(mutants, "ROOT", tiny)
    monkeypatch.setattr("sys.argv", ["mutants", "--again"])
    mutants.main()
    assert asked == [alone]


def test_a_sample_is_drawn_by_the_code_and_judged_alone(tiny, monkeypatch, capsys):
    monkeypatch.setattr(mutants, "run", lambda root, names: None)
    monkeypatch.setattr(mutants, "LEAST", 0)
    (one,) = mutants.drawn(tiny, None, 1)
    assert mutants.drawn(tiny, None, 1) == [one]
    firsts = set()
    for digest in "0123456789":  # other code, another draw
        monkeypatch.setattr(mutants, "digest", lambda code, files, digest=digest: digest)
        firsts.update(mutants.drawn(tiny, None, 1))
        assert len(set(mutants.drawn(tiny, None, 5))) == 2  # no more than there are
    assert len(firsts) == 2
    (tiny / mutants.ACCEPTED).write_text(SURVIVOR % "2.0 == 2")
    noticed = {name: mutants.judge(tiny, None, [name]) and capsys.readouterr().out
               for name in firsts}  # fmt: skip
    assert sum("noticed: 1 of 1 " in said for said in noticed.values()) == 1
    assert sum("noticed: 0 of 1 " in said for said in noticed.values()) == 1


def test_what_was_not_asked_yet_is_not_well(tiny, monkeypatch):
    monkeypatch.setattr(mutants, "LEAST", 0)
    monkeypatch.setattr(mutants, "verdicts", lambda pattern: {"a": ("not checked", Path())})
    assert not judged(tiny, "")


def test_a_function_that_is_new_has_the_tests_that_reach_it(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    for name, text in TINY.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    mutants.run(tmp_path, [])
    path = tmp_path / "src/tiny/times.py"
    path.write_text("def once(n):\n    return part(n)\n\n\ndef part(n):\n    return n * 1\n")
    mutants.run(tmp_path, [])
    assert not judged(tmp_path, "")
    said = capsys.readouterr().out
    assert 'function = "tiny.times.part"' in said
    # `n * 2` is noticed, and `part(None)`; `n / 1` is not
    assert "mutants noticed: 2 of 3" in said


def test_what_took_too_long_is_counted_and_asked_for_again(tiny, monkeypatch, capsys):
    found = {name: ("timeout", Path()) for name in "ab"} | {"c": ("killed", Path())}
    monkeypatch.setattr(mutants, "verdicts", lambda pattern: found)
    assert judged(tiny, "")
    noticed, slow, _ = capsys.readouterr().out.strip().splitlines()
    assert noticed.startswith("mutants noticed: 3 of 3 (100.0 %, ")
    assert slow == "of these only by taking too long: 2"
    assert mutants.survivors(tiny, None) == ["a", "b"]


def test_a_run_that_fails_says_so(tmp_path):
    with pytest.raises(OSError, match="mutmut could not run"):
        mutants.run(tmp_path, [])


def test_tests_of_the_changed_module_come_first_then_those_of_its_room(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(os.environ, "MUTANT_UNDER_TEST", "helpers.engine.losses.x_f__mutmut_1")
    names = ["tasks/test_a.py::b", "engine/test_a.py::c", "engine/test_losses.py::slow"]
    items = [
        SimpleNamespace(nodeid=name, path=Path(name.split("::")[0]))
        for name in [*names, "engine/test_losses.py::quick"]
    ]
    seconds = '{"duration_by_test": {"engine/test_losses.py::slow": 9}}'
    Path("mutmut-stats.json").write_text(seconds)
    mutants.pytest_collection_modifyitems(items)
    assert [item.nodeid for item in items] == ["engine/test_losses.py::quick", *names[::-1]]


def test_rooms_and_modules_can_be_asked_for_alone():
    assert {"engine", "engine/losses", "lesson/check"} <= set(mutants.names())
    assert all((ROOT / "tests" / name.split("/")[0]).is_dir() for name in mutants.names())


@pytest.mark.parametrize("count", ["0", "-5"])
def test_a_sample_of_none_is_refused_before_anything_is_asked(monkeypatch, count):
    monkeypatch.setattr(mutants, "run", lambda root, names: pytest.fail("asked"))
    monkeypatch.setattr("sys.argv", ["mutants", "--sample", count])
    with pytest.raises(ValueError, match="SAMPLE: expected a whole number of at least 1, got"):
        mutants.main()


def test_what_is_there_when_tests_begin_is_not_looked_through_for_garbage():
    assert gc.get_freeze_count() > 10_000
