"""What Sphinx has read of the pages, `DOCTREES`: `fresh()` sees to it that it is of what there is.

Sphinx asks only whether a file is newer than what it has read of it.  So it would not see one that
came with an older date, out of an archive or a copy, nor a changed extension; and after a build
that was killed outright it would not warn again of what it had warned of.
"""

import contextlib
import hashlib
import json
import shutil

from tools import ROOT, write_whole
from tools.notebooks import notebooks
from tools.sound import TEXTS
from tools.studies import STUDIES, names
from tools.wheel import left_out

DOCTREES = ROOT / "build" / "doctrees"
# Beside lessons and records: to read whatever lies there would be to stop at a reader's own file,
# which may be huge, or not for everybody's eyes.
PARTS = (*TEXTS, "pyproject.toml", "site/*.json", "site/*.md", "site/*.py", "site/_extensions/*.py",
         "site/_static/**/*", "site/_templates/*.html", "site/helpers/*.md", "src/helpers/**/*.py",
         "src/helpers/**/*.txt", "studies/*.py", "tools/*.py")  # fmt: skip
PAGES = (".ipynb", ".md")


@contextlib.contextmanager
def fresh():
    """Begin anew where Sphinx would not see what has changed; or else after a build that failed.

    What the pages were made of is written down once they are made, and is not there meanwhile.
    """
    record, now = DOCTREES / "made-of.json", digests()
    if not is_seen(record, now):
        shutil.rmtree(DOCTREES, ignore_errors=True)
    record.unlink(missing_ok=True)
    try:
        yield
    except BaseException:
        # of a page that it has read, it warns no more: the next build would be none the wiser
        shutil.rmtree(DOCTREES, ignore_errors=True)
        raise
    DOCTREES.mkdir(parents=True, exist_ok=True)
    write_whole(record, json.dumps(now))


def digests():
    """Return a digest of each file that pages are made of, by its path."""
    return {
        path.relative_to(ROOT).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in parts()
    }


def parts():
    """Return the files that pages are made of, and none of what else lies beside them."""
    found = [path for part in PARTS for path in ROOT.glob(part) if path.is_file()]
    ours = [path for path in found if not left_out(path.parent, [path.name])]
    return [*ours, *notebooks(), *(STUDIES / f"{name}.json" for name in names())]


def is_seen(record, now):
    """Tell whether all that has changed since the record are pages that are newer than it."""
    try:
        before, made = json.loads(record.read_text(encoding="utf-8")), record.stat().st_mtime
    except (OSError, ValueError):
        return False
    changed = {name for name in before.keys() | now.keys() if before.get(name) != now.get(name)}
    return all(
        name.endswith(PAGES) and name in now and (ROOT / name).stat().st_mtime > made
        for name in changed
    )
