"""The links at the top of a lesson: what can be taken home, and where it can be opened."""

import re
import shutil
import subprocess
import sys

import pytest

from tools import ROOT, addresses
from tools.archive import NAME
from tools.notebooks import notebooks

SITE = ROOT / "build" / "site"
SET = addresses.addresses()
GOOD = {"site": "https://example.org/rnns/", "repository": "some-owner/a.repo", "branch": "main"}
CONF = f"""
import sys
sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / "site")!r}]
from tools import archive
archive.write = lambda site: None
extensions = ["myst_nb", "_extensions.take_home"]
templates_path = [{str(ROOT / "site" / "_templates")!r}]
nb_execution_mode = "off"
html_theme = "furo"
html_sourcelink_suffix = ""
"""


def test_places_are_those_of_the_lesson_in_the_repository():
    assert addresses.launches("05b-x", "owner/repo", "trunk") == [
        (
            "Open in Binder",
            "https://mybinder.org/v2/gh/owner/repo/trunk?labpath=notebooks/05b-x.ipynb",
        ),
        ("Source", "https://github.com/owner/repo/blob/trunk/notebooks/05b-x.ipynb"),
        (
            "Open in Colab",
            "https://colab.research.google.com/github/owner/repo/blob/trunk/notebooks/05b-x.ipynb",
        ),
    ]
    assert addresses.colab_line("owner/repo").endswith(" git+https://github.com/owner/repo")


def test_a_branch_may_have_a_slash():
    assert addresses.checked(GOOD | {"branch": "feature/x"})
    binder, source, colab = (there for _, there in addresses.launches("05b-x", "o/r", "feature/x"))
    assert binder.startswith("https://mybinder.org/v2/gh/o/r/feature%2Fx?labpath=")
    assert all("/o/r/blob/feature/x/notebooks/" in each for each in (source, colab))


def test_a_slip_in_the_settings_is_said_with_the_name_of_their_file(tmp_path, monkeypatch):
    (tmp_path / "pyproject.toml").write_text("<<<<<<< HEAD\n")
    monkeypatch.setattr(addresses, "ROOT", tmp_path)
    with pytest.raises(ValueError, match=r"^pyproject\.toml: .*line 1"):
        addresses.addresses()


def test_without_a_repository_there_are_none():
    assert addresses.launches("05b-x", "", "main") == []
    assert addresses.colab_line("") == ""


def test_good_settings_and_empty_ones_are_taken():
    assert addresses.checked(GOOD) == GOOD
    empty = GOOD | {"site": "", "repository": ""}
    assert addresses.checked(empty) == empty


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("site", "example.org/"),
        ("site", "https://example.org"),
        ("repository", "https://github.com/owner/repo"),
        ("repository", "repo"),
        ("branch", ""),
        ("branch", None),
        ("site", 5),
        ("branch", "a b"),
        ("branch", "/a"),
        ("branch", "a//b"),
    ],
)
def test_a_setting_that_leads_nowhere_is_named(name, value):
    with pytest.raises(ValueError, match=f"{name}: expected .*, got {value!r}"):
        addresses.checked(GOOD | {name: value})


def links(page):
    """Return address, attributes and words of each link in the line above the title."""
    (line,) = re.findall(r'<ul class="take-home".*?</ul>', page, re.DOTALL)
    assert page.index(line) < page.index("<h1>")
    return re.findall(r'<a href="([^"]+)"([^>]*)>([^<]+)</a>', line)


@pytest.mark.parametrize("path", notebooks(), ids=lambda path: path.stem)
def test_a_lesson_offers_itself_its_student_copy_and_the_archive(path):
    page = SITE / "lessons" / f"{path.stem}.html"
    text = page.read_text(encoding="utf-8")
    found = links(text)
    for address, attributes, _ in found[:3]:
        assert "download" in attributes
        assert (page.parent / address).is_file()
    assert [address for address, _, _ in found[:3]] == [
        f"../_sources/lessons/{path.name}",
        f"../without-solutions/{path.name}",
        f"../{NAME}.zip",
    ]
    launches = addresses.launches(path.stem, SET["repository"], SET["branch"])
    assert [(words, address) for address, _, words in found[3:]] == launches
    assert launches or not re.search("mybinder|colab|github.com/[^p]", text.replace(str(found), ""))


def test_the_first_page_offers_the_archive():
    page = (SITE / "index.html").read_text(encoding="utf-8")
    assert f'<a href="{NAME}.zip" download>' in page
    assert '<ul class="take-home"' not in page


def test_with_a_repository_the_page_says_where_it_opens(tmp_path):
    name = notebooks("05b")[0].name
    (tmp_path / "lessons").mkdir()
    shutil.copy(notebooks("05b")[0], tmp_path / "lessons")
    (tmp_path / "index.md").write_text(f"# Title\n\n```{{toctree}}\nlessons/{name[:-6]}\n```\n")
    (tmp_path / "conf.py").write_text(CONF, encoding="utf-8")
    settings = ["-D", "repository=owner/repo", "-D", "branch=trunk"]
    command = [sys.executable, "-m", "sphinx", "-b", "html", *settings, ".", "out"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    page = (tmp_path / "out" / "lessons" / f"{name[:-6]}.html").read_text(encoding="utf-8")
    launches = addresses.launches(name[:-6], "owner/repo", "trunk")
    assert [(words, address) for address, _, words in links(page)[3:]] == launches
    assert f"<code>{addresses.colab_line('owner/repo')}</code>" in page


def test_a_project_without_the_settings_is_named(tmp_path, monkeypatch):
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    monkeypatch.setattr(addresses, "ROOT", tmp_path)
    with pytest.raises(ValueError, match=r"site: expected .*, got None"):
        addresses.addresses()
