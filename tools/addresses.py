"""Where a reader finds us: `[tool.what-rnns-learn]` in pyproject.toml, and the links from it."""

import re
import tomllib
from urllib.parse import quote

from tools import ROOT

EXPECTED = {
    "site": (r"https?://\S+/", "an address that begins with https:// and ends with /"),
    "repository": (r"[\w.-]+/[\w.-]+", "OWNER/REPO, at GitHub"),
    "branch": (r"[\w.-]+(/[\w.-]+)*", "the name of a branch"),
}


def addresses():
    """Return the settings site, repository and branch; the first two may be empty."""
    try:
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"pyproject.toml: {error}") from error
    return checked(project.get("tool", {}).get("what-rnns-learn", {}))


def checked(settings):
    """Return settings as they are; ValueError if one is not what it has to be."""
    for name, (pattern, expected) in EXPECTED.items():
        value = settings.get(name)
        may_be_empty = name != "branch"
        fits = isinstance(value, str) and re.fullmatch(pattern, value)
        if not (value == "" and may_be_empty) and not fits:
            raise ValueError(f"{name}: expected {expected}, got {value!r}")
    return settings


def launches(name, repository, branch):
    """Return words and address of each place at which the lesson `name` can be opened."""
    if not repository:
        return []
    file = f"{branch}/notebooks/{name}.ipynb"
    github = f"{repository}/blob/{file}"
    binder = f"{repository}/{quote(branch, safe='')}?labpath=notebooks/{name}.ipynb"
    return [
        ("Open in Binder", f"https://mybinder.org/v2/gh/{binder}"),
        ("Source", f"https://github.com/{github}"),
        ("Open in Colab", f"https://colab.research.google.com/github/{github}"),
    ]


def colab_line(repository):
    """Return the line that gives a notebook in Colab its package."""
    return f"%pip install --no-deps git+https://github.com/{repository}" if repository else ""
