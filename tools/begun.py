"""Long runs that go on where they were stopped: a file keeps each result as it comes."""

import contextlib
import json
import platform

from tools import ROOT, alone, text_in, write_whole
from tools.digests import digest
from tools.parallel import run_each

BEGUN = ROOT / "build" / "begun"


@contextlib.contextmanager
def going_on(name, key, function, arguments):
    """Give the results that `run_each` yields; those of a run that was stopped are read.

    name  what is run, for the progress bar and the folder where the results are kept
    key   what they depend on, beside the arguments: with another one all begin anew

    Results have to be such as JSON can hold.  They are kept until what stands within has
    come to its end, or is refused: then the next run is a new one.
    """
    with alone(BEGUN / name):
        path = BEGUN / name / "results.jsonl"
        try:
            yield results_of(path, [key, *surroundings()], function, arguments, name)
        except ValueError:
            path.unlink(missing_ok=True)
            raise
        path.unlink(missing_ok=True)


def results_of(path, key, function, arguments, name):
    """Yield the results that are there, and then the others, each kept before it is given."""
    there = results_begun(path, key)
    write_whole(path, "".join(f"{json.dumps(line)}\n" for line in (key, *there)))
    yield from there
    with path.open("a", encoding="utf-8") as file:
        for result in run_each(function, arguments[len(there) :], name):
            print(json.dumps(result), file=file, flush=True)
            yield result


def results_begun(path, key):
    """Return the results of a run that was stopped; none if it was another, or elsewhere."""
    lines = []
    for line in text_in(path).splitlines() if path.exists() else []:
        try:
            lines.append(json.loads(line))
        except ValueError:  # it was stopped while it wrote this
            break
    return lines[1:] if lines[:1] == [key] else []


def surroundings():
    """Return what else results may depend on: the lock, Python, the kind of machine."""
    return digest([], [ROOT / "requirements.txt"]), platform.python_version(), platform.machine()
