"""The built site, and the code of its extensions, which lies outside of what tests import."""

import importlib
import sys

from axe_playwright_python.sync_playwright import Axe

from tools import ROOT

SITE = ROOT / "build" / "site"


EVERYTHING = {"rules": {"target-size": {"enabled": True}}}
COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}
# Words of code, and formulas, that have the same classes, up to the article, look the same: one of
# them is enough.  Of the others the text stays; a lesson has some 6,000, on which axe would spend
# more than half its time.
MERGE_ALIKE = """() => {
    const words = ".highlight pre span:not(:has(*)), .sig em.sig-param, article math";
    const seen = new Set();
    for (const word of document.querySelectorAll(words)) {
        let looks = "";
        for (let box = word; box && box.tagName !== "ARTICLE"; box = box.parentElement)
            looks += ` ${box.tagName}.${box.className}`;
        if (seen.has(looks)) word.replaceWith(word.textContent);
        seen.add(looks);
    }
}"""


def assert_accessible(page, part=None, colours_alone=False):
    """Assert that axe finds nothing on a page, or in a part of it, of what it looks for.

    colours_alone  for the same page in other colours
    """
    options = COLOURS if colours_alone else EVERYTHING
    page.evaluate(MERGE_ALIKE)
    # of what is well it need not tell
    found = Axe().run(page, part, {"resultTypes": ["violations"], **options})
    assert found.violations_count == 0, found.generate_report()


def extension(name):
    """Give a module of the site's extensions."""
    folder = str(ROOT / "site")
    sys.path.insert(0, folder)
    try:
        return importlib.import_module(f"_extensions.{name}")
    finally:
        sys.path.remove(folder)
