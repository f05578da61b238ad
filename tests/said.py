"""What each helper says of a wrong argument, and what it takes, as somebody last read it.

`python -m tests.said` writes it anew, into said_ROOM.txt of each room: read what has changed.
"""

import ast
import contextlib
import importlib
import inspect
import re
from pathlib import Path

import numpy as np
import pytest
from tqdm import tqdm

from tests.hostile import cases_of, near_and_odd, same_numbers, try_arrays, try_hostile
from tools import ROOT, write_whole

# An address, and numbers in an array to the last digit: other machines have others.
OF_A_MACHINE = re.compile(r"(?<=x)[0-9a-f]{8,}|(?<=got array\(\[).*(?=\]\))")
FILES = sorted(ROOT.glob("tests/*/test_hostile_*.py"))
ANEW = "`python -m tests.said` writes it anew"
# Where each call takes long.
FEW = [
    "None", "True", "a text", "-1", "1", "1.5", "NaN", "an empty list", "many axes",
    "one NaN", "one -1", "one half", "emptied", "the last axis shorter", "an axis less",
    "masked", "as texts", "as lists", "longer", "the last left out", "one more", "one less",
]  # fmt: skip


def each_made_wrong(calls, file, options=lambda name, argument: {}, examples=10):
    """Return tests: of defaults, and that helpers bear all that is wrong with an argument.

    What they take, and what they say, must be what it was when somebody last read it.
    file      the tests of hostile calls that it is for
    options   function of (name, argument): those of `try_hostile`
    examples  how many arrays Hypothesis draws besides; 0: and only FEW other values are tried
    """
    said = beside(file)
    before = parts(said.read_text(encoding="utf-8")) if said.exists() else {}

    @pytest.mark.parametrize("name", calls)
    def test_defaults(name):
        assert defaults(calls, name) == before.get(name), ANEW
        if examples:
            try_defaults(calls, name, before[name][0])

    @pytest.mark.parametrize(("name", "argument"), cases_of(calls))
    def test(name, argument):
        chosen = options(name, argument)
        lines = answers(calls, name, argument, examples == 0, **chosen)
        assert lines == before.get(f"{name}({argument})"), ANEW
        if examples:
            try_arrays(calls, name, argument, examples, **chosen)

    return test_defaults, test


def defaults(calls, name):
    """Return what a helper takes where an argument is not given, as lines."""
    try:
        parameters = inspect.signature(calls[name]()[0]).parameters.values()
    except ValueError:  # a class of Python's own kind
        return ["defaults: of its own"]
    given = [each for each in parameters if each.default is not each.empty]
    named = [
        f"{each.name}={getattr(each.default, '__name__', repr(each.default))}" for each in given
    ]
    return ["defaults: " + ", ".join(named)]


def try_defaults(calls, name, line):
    """Assert that to leave an argument out is to give the default that was read."""
    given = ast.parse(f"f({line.removeprefix('defaults: ')})", mode="eval").body.keywords
    for each in given:
        with contextlib.suppress(ValueError):  # a type, or a function
            default = {each.arg: ast.literal_eval(each.value)}
            same = same_numbers(*(outcome(calls, name, each.arg, more) for more in ({}, default)))
            assert same, f"{name}: {each.arg} left out is not {default}"


def outcome(calls, name, left_out, more):
    """Return what a call gives, or says, with one argument left out, and with more."""
    function, arguments = calls[name]()
    arguments.pop(left_out, None)
    with contextlib.redirect_stdout(None), np.errstate(all="ignore"):
        try:
            return function(**arguments, **more)
        except ValueError as error:
            return str(error)


def answers(calls, name, argument, few=False, **options):
    """Return which values are taken, and what is said of how many others, as lines."""
    taken, refused = [], {}
    for case, value in near_and_odd(calls[name]()[1][argument]).items():
        if few and case not in FEW:
            continue
        said = try_hostile(calls, name, argument, case, value, **options)
        if said is None:
            taken.append(case)
            continue
        said = OF_A_MACHINE.sub("…", said) if ": expected " in said else "in other words"
        # what was given differs, what is expected does not: one line, with the first given
        refused.setdefault(said.rpartition(", got ")[0] or said, []).append(f"{said} [{case}; ")
    return ["taken: " + ", ".join(taken), *(f"{of[0]}{len(of)}]" for of in refused.values())]


def beside(file):
    """Return where it stands what the helpers of test_hostile_ROOM.py say."""
    return Path(file).with_name(Path(file).stem.replace("test_hostile", "said") + ".txt")


def parts(text):
    """Return the lines below each heading."""
    blocks = [block.splitlines() for block in text.strip().split("\n\n")]
    return {heading: lines for heading, *lines in blocks}


def calls_in(file):
    """Return the module of the hostile calls of a room, which stands in a file."""
    return importlib.import_module(".".join(file.relative_to(ROOT).with_suffix("").parts))


def options_of(module):
    """Return a function of (name, argument): the options of its `try_hostile`, if it has any."""
    return getattr(module, "options", lambda name, argument: {})


def write(file):
    """Write what the helpers say that the calls of test_hostile_ROOM.py are of."""
    module = calls_in(file)
    options = options_of(module)
    few = getattr(module, "EXAMPLES", None) == 0
    blocks = [f"{name}\n{defaults(module.CALLS, name)[0]}" for name in module.CALLS]
    for name, argument in tqdm(cases_of(module.CALLS), desc=file.stem):
        lines = answers(module.CALLS, name, argument, few, **options(name, argument))
        blocks.append("\n".join([f"{name}({argument})", *lines]))
    write_whole(beside(file), "\n\n".join(blocks) + "\n")


if __name__ == "__main__":
    for file in FILES:
        write(file)
