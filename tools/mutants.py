"""Which changes of the helpers no test notices: `python -m tools.mutants [--only engine/losses]`.

mutmut writes copies with one change each, mutants, into mutants/, and runs the tests that reach
the change; nothing in src/ is touched.  It keeps its verdicts there: a run that was stopped goes
on where it was, --only asks anew, and --again once more for those that survived, or took so long
that nobody knows.  All of them take hours; --sample 600 asks for so many, which the code of the
helpers draws, so that nobody picks them.  Those that may survive stand in tests/mutants.toml.
"""

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tomllib
from collections import Counter
from fnmatch import fnmatch, fnmatchcase
from pathlib import Path

import numpy as np

from helpers.lesson import rate
from helpers.lesson.arguments import whole
from tools import ROOT, number, require_name, run_tool, write_whole
from tools.digests import digest

HELPERS = ROOT / "src" / "helpers"
LEAST = 95  # per cent that have to be noticed
ALIVE = {"survived", "no tests"}
SLOW = "timeout"  # it hangs, or it survives and all its tests together took too long
OPEN = {"not checked", "check was interrupted by user"}
ACCEPTED = Path("tests", "mutants.toml")
ENTRY = ("function", "was", "becomes")


def pytest_collection_modifyitems(items):
    """Let the tests of the changed module come first, and among them the shortest."""
    stats, mutant = Path("mutmut-stats.json"), os.environ.get("MUTANT_UNDER_TEST", "")
    if "__mutmut_" in mutant and stats.exists():
        seconds = json.loads(stats.read_text(encoding="utf-8"))["duration_by_test"]
        room, module = mutant.split(".")[-3:-1]

        def order(item):
            near = (item.path.stem != f"test_{module}", item.path.parent.name != room)
            return *near, seconds.get(item.nodeid, 0)

        items.sort(key=order)


def names():
    """Return what can be asked for alone: the rooms, and their modules."""
    paths = [path.relative_to(HELPERS) for path in HELPERS.glob("*/[!.]*.py")]
    rooms = {path.parent.name for path in paths}
    return sorted(rooms | {path.with_suffix("").as_posix() for path in paths})


def run(root, patterns):
    """Let mutmut ask for the mutants that fit the patterns; of none, all without verdict."""
    look_anew(root)
    # not the script beside Python, which says where that was before the folder was moved
    done = subprocess.run([sys.executable, "-m", "mutmut", "run", *patterns], cwd=root)
    if done.returncode:
        raise OSError("mutmut could not run")


def look_anew(root):
    """Have mutmut look again which tests reach what, where the code is another than it was.

    By itself it looks at new tests alone: of a function that is new it would know no test.
    """
    stats, of = (root / "mutants" / name for name in ("mutmut-stats.json", "stats-of.txt"))
    now = digest([], sorted(root.joinpath("src").rglob("[!.]*.py")))
    if not (of.exists() and of.read_text(encoding="utf-8") == now):
        stats.unlink(missing_ok=True)
        of.parent.mkdir(exist_ok=True)
        write_whole(of, now)


def verdicts(pattern):
    """Return the verdict on each mutant that fits the pattern, and the file that it changes."""
    from mutmut.mutation.data import SourceFileMutationData
    from mutmut.stats import status_by_exit_code
    from mutmut.utils.file_utils import walk_mutatable_files

    found = {}
    for path in walk_mutatable_files():
        data = SourceFileMutationData(path=path)
        data.load()
        for name, code in data.exit_code_by_key.items():
            if fnmatch(name, pattern or "*"):
                found[name] = status_by_exit_code[code], path
    return found


def survivors(root, pattern):
    """Return the names of mutants that survived, or may have; ValueError if none did."""
    with contextlib.chdir(root):
        found = verdicts(pattern).items()
    alive = [name for name, (verdict, _) in found if verdict in ALIVE | {SLOW}]
    if not alive:
        raise ValueError("no mutant survived")
    return alive


def drawn(root, pattern, count):
    """Return the names of so many mutants, drawn by the code of the helpers.

    mutmut writes all mutants before it asks for any; here it is asked for few.
    """
    run(root, ["helpers.lesson.rates.*"])
    with contextlib.chdir(root):
        every = sorted(verdicts(pattern))
    seed = int(digest([], sorted(HELPERS.rglob("[!.]*.py"))), 16)
    count = min(count, len(every))
    return np.random.default_rng(seed).choice(every, count, replace=False).tolist()


def change(name, path):
    """Return what a mutant is: its function, the lines that were there, those in their place."""
    from mutmut.mutation.diff_apply import get_diff_for_mutant

    function = name.rpartition("__mutmut_")[0].replace(".x_", ".").replace(".xǁ", ".")
    _, _, *lines = get_diff_for_mutant(name, path=path).splitlines()
    was, becomes = ([line[1:].strip() for line in lines if line[0] == sign] for sign in "-+")
    return function.replace("ǁ", "."), "\n".join(was), "\n".join(becomes)


def entry(mutant):
    """Return a mutant as it would stand in the list of those that may survive."""
    pairs = zip((*ENTRY, "because"), (*mutant, ""), strict=True)
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in pairs]
    return "\n".join(["[[survivor]]", *lines, ""])


def with_reason(listed, what):
    """Return the entries of the list that say why."""
    return [each for each in listed.get(what, []) if each["because"]]


def is_of(mutant, kind):
    """Tell whether a mutant is one of a kind, whose two patterns its lines fit."""
    _, was, becomes = mutant
    return fnmatchcase(was, kind["was"]) and fnmatchcase(becomes, kind["becomes"])


def judge(root, pattern=None, sample=None):
    """Print what survives and is not listed, and what is listed in vain; return if all is well."""
    with contextlib.chdir(root):
        listed = tomllib.loads(ACCEPTED.read_text(encoding="utf-8"))
        found = verdicts(pattern)
        if sample:
            found = {name: found[name] for name in sample}
        alive = {change(name, path) for name, (verdict, path) in found.items() if verdict in ALIVE}
    accepted = {tuple(each[key] for key in ENTRY) for each in with_reason(listed, "survivor")}
    kinds = list(with_reason(listed, "kind"))
    of_a_kind = {mutant for mutant in alive if any(is_of(mutant, kind) for kind in kinds)}
    new = alive - accepted - of_a_kind
    print(*map(entry, sorted(new)), sep="\n")
    in_vain = [] if pattern or sample else sorted(accepted - alive)
    for function, was, _ in in_vain:
        print(f"{ACCEPTED}: {function} has no such survivor any more: {was}")
    count = Counter(verdict in ALIVE for verdict, _ in found.values() if verdict not in OPEN)
    asked = count.total()
    print(f"mutants noticed: {rate(count[False], asked) if asked else 'none was asked for'}")
    slow = sum(verdict == SLOW for verdict, _ in found.values())
    print(f"of these only by taking too long: {slow}")
    print(f"mutants that survive and are not listed: {len(new)}")
    return asked == len(found) and not new and not in_vain and 100 * count[False] >= LEAST * asked


def main():
    """Read the command line, ask for what is asked for, and judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", metavar="ROOM[/MODULE]", help="only these")
    some = parser.add_mutually_exclusive_group()
    some.add_argument("--again", action="store_true", help="ask for those that survived alone")
    some.add_argument(
        "--sample", type=number, metavar="N", help="ask for so many, drawn by the code"
    )
    options = parser.parse_args()
    require_name("room or module", options.only, names())
    pattern = f"helpers.{options.only.replace('/', '.')}.*" if options.only else None
    asked = [pattern] if pattern else []
    count = options.sample if options.sample is None else whole("SAMPLE", options.sample)
    sample = drawn(ROOT, pattern, count) if count else None
    run(ROOT, survivors(ROOT, pattern) if options.again else sample or asked)
    if not judge(ROOT, pattern, sample):
        sys.exit(f"a test, or a line in {ACCEPTED}, is missing; {LEAST} % are to be noticed")


if __name__ == "__main__":
    run_tool(main, "the verdicts so far are kept in mutants/")
