"""A long run that was stopped goes on where it was, and only if it is the same."""

import json

import pytest

from tools import begun


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Give a way to run four jobs in turn, which may be stopped; it says which were run."""
    monkeypatch.setattr(begun, "BEGUN", tmp_path)
    monkeypatch.setattr(begun, "run_each", lambda job, arguments, _: map(job, arguments))

    def run(stop=None, key="of this", within=lambda: None):
        done = []

        def job(number):
            if number == stop:
                raise KeyboardInterrupt
            done.append(number)
            return {"number": number, "half": number / 2}

        try:
            with begun.going_on("jobs", key, job, [1, 2, 3, 4]) as results:
                found = list(results)
                within()
        except KeyboardInterrupt:
            return done
        assert found == [{"number": n, "half": n / 2} for n in (1, 2, 3, 4)]
        return done

    return run


def kept(folder):
    """Return the lines of results that are kept."""
    return (folder / "jobs" / "results.jsonl").read_text().splitlines()[1:]


def test_it_goes_on_where_it_was_and_begins_anew_once_it_was_whole(run):
    assert run(stop=3) == [1, 2]
    assert run() == [3, 4]
    assert run() == [1, 2, 3, 4]


def test_it_may_be_stopped_twice(run):
    assert run(stop=2) == [1]
    assert run(stop=4) == [2, 3]
    assert run() == [4]


def test_each_result_is_kept_as_it_comes(run, tmp_path):
    def killed(number):
        if number == 3:
            assert len(kept(tmp_path)) == 2  # a process may be killed here
        return number

    with begun.going_on("jobs", "", killed, [1, 2, 3]) as results:
        assert list(results) == [1, 2, 3]


@pytest.mark.parametrize("half", ['{"number": 3, "ha', "3,", ""])
def test_what_was_not_written_whole_is_made_again(run, tmp_path, half):
    run(stop=3)
    path = tmp_path / "jobs" / "results.jsonl"
    path.write_text(path.read_text() + half)
    assert run() == [3, 4]


@pytest.mark.parametrize("content", ["", "[", "7", "\n"])
def test_what_is_none_of_its_files_is_not_heeded(run, tmp_path, content):
    run(stop=3)
    (tmp_path / "jobs" / "results.jsonl").write_text(content)
    assert run() == [1, 2, 3, 4]


def test_with_another_key_all_begin_anew(run):
    run(stop=3)
    assert run(key="of that") == [1, 2, 3, 4]


@pytest.mark.parametrize("what", ["python_version", "machine"])
def test_so_do_they_elsewhere(run, monkeypatch, what):
    run(stop=3)
    monkeypatch.setattr(begun.platform, what, lambda: "another")
    assert run() == [1, 2, 3, 4]


def test_so_do_they_with_other_packages(run, monkeypatch, tmp_path):
    (tmp_path / "requirements.txt").write_text("numpy==9")
    run(stop=3)
    monkeypatch.setattr(begun, "ROOT", tmp_path)
    assert run() == [1, 2, 3, 4]


def test_what_is_refused_is_not_kept_and_what_failed_is(run, tmp_path):
    def refuse():
        raise ValueError("no")

    def fail():
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        run(within=fail)
    assert [json.loads(line)["number"] for line in kept(tmp_path)] == [1, 2, 3, 4]
    with pytest.raises(ValueError, match="no"):
        run(within=refuse)
    assert run() == [1, 2, 3, 4]


def test_two_at_once_are_told_apart(run):
    with begun.going_on("jobs", "", abs, [1]), pytest.raises(OSError, match="wait for it"):
        run()
