"""The built site, and the code of its extensions, which lies outside of what tests import."""

import importlib
import sys

from tools import ROOT

SITE = ROOT / "build" / "site"


def extension(name):
    """Give a module of the site's extensions."""
    folder = str(ROOT / "site")
    sys.path.insert(0, folder)
    try:
        return importlib.import_module(f"_extensions.{name}")
    finally:
        sys.path.remove(folder)
