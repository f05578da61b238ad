"""Render the site from stored outputs into build/site: `python -m tools.site`."""

import shutil
import sys

from sphinx.cmd.build import build_main

from tools import ROOT
from tools.notebooks import execute_all, is_stale, notebooks

BUILD = ROOT / "build"
SITE = BUILD / "site"


def render():
    """Build into a new folder and put it in the old one's place once it is whole."""
    new, old = BUILD / "site.new", BUILD / "site.old"
    for leftover in (new, old):
        shutil.rmtree(leftover, ignore_errors=True)
    arguments = ["-b", "html", "-W", "--keep-going", "-q", "-d", str(BUILD / "doctrees")]
    if build_main([*arguments, str(ROOT / "site"), str(new)]) != 0:
        shutil.rmtree(new, ignore_errors=True)
        sys.exit("the site could not be built; build/site is as it was")
    if SITE.exists():
        SITE.rename(old)
    new.rename(SITE)
    shutil.rmtree(old, ignore_errors=True)


def main():
    """Execute what is stale, render, and say where the site lies."""
    try:
        stale = [path for path in notebooks() if is_stale(path)]
        if stale:
            execute_all(stale)
        render()
    except KeyboardInterrupt:
        sys.exit("\nstopped; build/site is as it was")
    except OSError as error:
        sys.exit(f"the site could not be built: {error}")
    print(f"the site: {SITE / 'index.html'}")


if __name__ == "__main__":
    main()
