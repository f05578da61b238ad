"""Render the site from stored outputs into build/site: `python -m tools.site [--as-stored]`."""

import argparse
import contextlib
import shutil
import sys

from sphinx.application import Sphinx
from sphinx.errors import SphinxError
from sphinx.util.console import color_terminal, nocolor
from sphinx.util.docutils import docutils_namespace, patch_docutils

from tools import ROOT, alone, run_tool
from tools.doctrees import DOCTREES, fresh
from tools.kernels import temporary_files_go
from tools.notebooks import execute_all, is_stale, notebooks
from tools.sound import look_over, require_records

BUILD = ROOT / "build"
SITE = BUILD / "site"
# What a page that is unlike all before raises, deep inside of what makes it.
OURS = (AttributeError, KeyError, IndexError, TypeError)


def render():
    """Build into a new folder and put it in the old one's place once it is whole."""
    site = SITE.resolve()  # a link stays one
    new, old = (site.with_name(site.name + end) for end in (".new", ".old"))
    if old.exists() and not site.exists():  # a build was killed outright between the two
        old.rename(site)
    for leftover in (new, old):
        if leftover.is_file():
            leftover.unlink()
        shutil.rmtree(leftover, ignore_errors=True)
    try:
        with fresh():
            if build(new):
                sys.exit("the site could not be built; build/site is as it was")
    except BaseException:  # what Sphinx has begun is of no use
        shutil.rmtree(new, ignore_errors=True)
        raise
    if site.exists():
        site.rename(old)
    try:
        new.rename(site)
    except BaseException:
        old.rename(site)
        raise
    shutil.rmtree(old, ignore_errors=True)


def build(out):
    """Let Sphinx build into a folder; return 0, or another number where it warned of something.

    By its command a full disk would be a crash report of forty lines.
    """
    source = str(ROOT / "site")
    with patch_docutils(source), docutils_namespace():
        options = {"status": None, "warningiserror": True}
        if not color_terminal():
            nocolor()
        app = Sphinx(source, source, out, DOCTREES, "html", **options)
        app.build()
    return app.statuscode


def reason(error):
    """Return what went wrong in one line; Sphinx puts words of its own around it."""
    error = getattr(error, "orig_exc", None) or error
    lines = str(error).strip().splitlines() or [""]
    return lines[-1] if isinstance(error, SphinxError) else f"{type(error).__name__}: {lines[0]}"


@temporary_files_go()
def main():
    """Execute what is stale, unless told not to, render, and say where the site lies."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--as-stored", action="store_true", help="execute nothing")
    options = parser.parse_args()
    require_records()
    if not options.as_stored and (stale := [p for p in notebooks() if is_stale(p)]):
        execute_all(stale)
    with alone(BUILD):
        look_over()
        try:
            render()
        except (SphinxError, *OURS) as error:
            raise ValueError(f"the site could not be built: {reason(error)}") from error
    with contextlib.suppress(OSError):  # it is there, whether anybody hears of it or not
        print(f"the site: {SITE / 'index.html'}", flush=True)


if __name__ == "__main__":
    run_tool(main, "build/site is as it was")
