"""The built site, and the code of its extensions, which lies outside of what tests import."""

import importlib
import sys

from tools import ROOT

SITE = ROOT / "build" / "site"


EVERYTHING = {"rules": {"target-size": {"enabled": True}}}
COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}


def assert_accessible(page, part=None, colours_alone=False):
    """Assert that axe finds nothing on a page, or in a part of it, of what it looks for.

    colours_alone  for the same page in other colours
    """
    from axe_playwright_python.sync_playwright import Axe

    options = COLOURS if colours_alone else EVERYTHING
    # of what is well it need not tell
    found = Axe().run(page, context=part, options={"resultTypes": ["violations"], **options})
    assert found.violations_count == 0, found.generate_report()


def extension(name):
    """Give a module of the site's extensions."""
    folder = str(ROOT / "site")
    sys.path.insert(0, folder)
    try:
        return importlib.import_module(f"_extensions.{name}")
    finally:
        sys.path.remove(folder)
