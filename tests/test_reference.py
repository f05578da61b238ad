"""The reference on the built site: pages of helpers, what pages say of themselves, addresses."""

import ast
import html
import importlib
import inspect
import re
import subprocess
import sys
from xml.etree import ElementTree

import nbformat
import pytest

from tests.site_code import SITE, extension
from tools import ROOT, digests
from tools.notebooks import notebooks

ROOMS = sorted(path.parent.name for path in (ROOT / "src" / "helpers").glob("*/__init__.py"))
BASE = "https://example.org/rnn"
PAGES = sorted(str(path.relative_to(SITE)) for path in SITE.rglob("*.html"))


def page_of(room):
    return (SITE / "helpers" / f"{room}.html").read_text(encoding="utf-8")


def plain(text):
    """Return words without marks of code, with straight quotes and single spaces."""
    text = re.sub(r"\*\*([\w ]+)\*\*", r"\1", text)
    text = re.sub(r"[`\\]", "", text.replace("“", '"').replace("”", '"'))
    return " ".join(text.split())


def words_of(page):
    article = page.split("<article", 1)[1].split("</article", 1)[0]
    return plain(html.unescape(re.sub("<[^>]*>", "", article)))


def names_of(room):
    face = ast.parse((ROOT / "src" / "helpers" / room / "__init__.py").read_text(encoding="utf-8"))
    return [alias.name for line in face.body[1:] for alias in line.names]


def public_methods(kind):
    def is_shown(value):
        return inspect.isfunction(value) or isinstance(value, property)

    return [
        name for name, value in vars(kind).items() if is_shown(value) and not name.startswith("_")
    ]


@pytest.mark.parametrize("room", ROOMS)
def test_a_page_has_all_that_the_face_hands_on_with_the_words_of_its_docstring(room):
    face, page, names = importlib.import_module(f"helpers.{room}"), page_of(room), names_of(room)
    words = words_of(page)
    assert names
    for name in names:
        assert page.count(f'id="helpers.{room}.{name}"') == 1
        value = getattr(face, name)
        if callable(value) and inspect.getmodule(value) is not None:
            assert plain(inspect.getdoc(value)) in words
    assert plain(inspect.getdoc(face)) in words


@pytest.mark.parametrize("room", ROOMS)
def test_a_class_is_shown_with_its_public_methods(room):
    face, page = importlib.import_module(f"helpers.{room}"), page_of(room)
    for name in names_of(room):
        value = getattr(face, name)
        if inspect.isclass(value):
            methods = public_methods(value)
            assert all(f'id="helpers.{room}.{name}.{method}"' in page for method in methods)


def test_classes_have_methods_to_show():
    engine = importlib.import_module("helpers.engine")
    assert public_methods(engine.LSTM) == ["step", "step_back"]


@pytest.mark.parametrize(
    ("room", "shown"),
    [
        ("engine", "class LSTM(features, units, rng, *, forget_bias=1.0, **options)"),
        ("engine", "clip_by_global_norm(gradients, limit)"),
        ("tasks", "END = 2"),
        ("models", "reproducible(seed)"),
    ],
)
def test_a_signature_is_shown(room, shown):
    assert shown in words_of(page_of(room))


def test_what_lessons_take_from_keras_models_is_shown():
    code = "\n".join(
        cell.source
        for path in notebooks()
        for cell in nbformat.read(path, as_version=4).cells
        if cell.cell_type == "code" and not cell.source.startswith("%")
    )
    imports = r"from helpers\.models\.keras_models import (?:\(([^)]*)\)|(.*))"
    found = re.findall(imports, code)
    names = {name for both in found for name in re.findall(r"\w+", "".join(both))} - {"keras"}
    assert len(names) > 3
    page = page_of("models")
    assert [n for n in names if f'id="helpers.models.keras_models.{n}"' not in page] == []


def test_the_layout_of_equations_and_lists_is_kept():
    page = html.unescape(re.sub("<[^>]*>", "", page_of("models")))
    assert "    h_t = a_d + h_{t-1} U,    d = x_t,    h_0 = 0\n" in page
    assert "sequences         digits (batch, time), whole numbers\nreturns           h" in page


@pytest.mark.parametrize(
    ("paragraph", "filled"),
    [
        ("One line.", True),
        (
            "A line of so many words that the next one would find no room on it, not any\nmore.",
            True,
        ),
        ("Short,\nand broken on purpose.", False),
        ("    h = x W", False),
        ("rate   the learning rate", False),
        ("p = x W  q = h U", False),
        ("A sentence.  Another one.", True),
    ],
)
def test_plain_sentences_are_told_from_layout(paragraph, filled):
    assert extension("rooms").is_filled(paragraph) is filled


def test_a_slip_in_a_module_that_is_read_is_said_with_its_room(tmp_path, monkeypatch):
    for each in (extension("rooms"), digests):
        monkeypatch.setattr(each, "HELPERS", tmp_path / "helpers")
    (tmp_path / "helpers" / "engine").mkdir(parents=True)
    (tmp_path / "helpers" / "engine" / "__init__.py").write_text("def f(:")
    with pytest.raises(SyntaxError, match=r"^helpers/engine/__init__\.py: invalid syntax"):
        extension("rooms").handed_on("engine")


def test_what_is_set_of_a_class_is_no_second_definition_of_it():
    lines = "A = 1", "A.rate = 1", "A[0] = 1", "(B, (A, C)) = 1, (2, 3)", "class A: pass"
    found = [extension("rooms").defined_by(ast.parse(line).body[0], ["A", "C"]) for line in lines]
    assert found == [["A"], [], [], ["A", "C"], ["A"]]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("takes `x_t`.", "takes ``x_t``."),
        ("h_ and *args", r"h\_ and \*args"),
        ("4**bits, |f|", r"4\*\*bits, \|f\|"),
        ("2**3 and 4**5", r"2\*\*3 and 4\*\*5"),
        ("here **time comes first**: x", "here **time comes first**: x"),
    ],
)
def test_code_and_bold_words_alone_mean_something_in_prose(given, expected):
    assert extension("rooms").prose(given) == expected


CONF = """
import sys
sys.path[:0] = [{site!r}, {root!r}]
project = "What it is"
extensions = ["myst_parser", "_extensions.addressed", "_extensions.described", "_extensions.rooms"]
html_theme = "furo"
html_baseurl = {base!r}
html_domain_indices = html_use_index = False
{settings}
"""
DEEP = "# Deep\n\nThe *first* paragraph,\nin two lines.\n\nThe second.\n"
FRONT = '---\nmyst:\n  html_meta:\n    description: "Said <here> & so."\n---\n# Home\n\nNot this.\n'
INDEX = FRONT + "\n```{toctree}\nfar/deep\nmodels\n```\n"
WRONG = "---\norphan: true\n---\n# Not found\n\n[home](index.md)\n"
MODELS = "# Models\n\n```{room} models\nkeras_models: sum_network\n```\n"
LOOK = "import sys; from sphinx.cmd.build import build_main; code = build_main(sys.argv[1:]); "
LOOK += "print(sorted({'keras', 'tensorflow'} & set(sys.modules))); sys.exit(code)"


def build(folder, base):
    """Build a small site with our extensions; return its folder and what was loaded."""
    settings = (ROOT / "site" / "conf.py").read_text(encoding="utf-8")
    kept = "\n".join(line for line in settings.splitlines() if line.startswith("autodoc_"))
    pages = {"index": INDEX, "404": WRONG, "far/deep": DEEP, "models": MODELS}
    conf = CONF.format(site=str(ROOT / "site"), root=str(ROOT), base=base, settings=kept)
    (folder / "far").mkdir()
    (folder / "conf.py").write_text(conf)
    for name, text in pages.items():
        (folder / f"{name}.md").write_text(text)
    command = [sys.executable, "-c", LOOK, "-b", "html", "-W", "-q", folder, folder / "out"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder / "out", done.stdout


@pytest.fixture(scope="module")
def with_address(tmp_path_factory):
    return build(tmp_path_factory.mktemp("with"), BASE)


@pytest.fixture(scope="module")
def without_address(tmp_path_factory):
    return build(tmp_path_factory.mktemp("without"), "")


def tags(page):
    """Return what the head of a page says, by name."""
    found = {}
    for tag in re.findall("<meta [^>]*>", page):
        parts = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if "content" in parts:
            name = parts.get("name", parts.get("property"))
            assert name not in found or name == "viewport"
            found[name] = html.unescape(parts["content"])
    return found


def links(page):
    return re.findall(r'\b(?:href|src|action|data-content_root)="([^"]*)"', page)


def is_whole(link):
    return link.startswith(("https://", "data:", "#"))


def test_the_pages_of_helpers_load_no_tensorflow(with_address):
    out, loaded = with_address
    assert "sum_network" in (out / "models.html").read_text()
    assert loaded.strip() == "[]"


def test_with_an_address_there_is_a_map_of_all_pages_but_the_one_for_wrong_addresses(with_address):
    tree = ElementTree.parse(with_address[0] / "sitemap.xml")
    found = [each.text for each in tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert found == [f"{BASE}/{name}.html" for name in ("far/deep", "index", "models")]


def test_with_an_address_the_page_for_wrong_addresses_works_in_any_folder(with_address):
    page = (with_address[0] / "404.html").read_text()
    assert [link for link in links(page) if not is_whole(link)] == []
    assert f'href="{BASE}/index.html"' in page
    assert f'src="{BASE}/_static/scripts/furo.js' in page
    assert f'data-content_root="{BASE}/"' in page
    assert 'href="#furo-main-content"' in page
    deep = (with_address[0] / "far" / "deep.html").read_text()
    assert "../index.html" in links(deep)  # all others stay as they are


def test_with_an_address_a_page_names_its_own_and_a_picture(with_address):
    page = (with_address[0] / "far" / "deep.html").read_text()
    assert f'<link rel="canonical" href="{BASE}/far/deep.html">' in page
    assert tags(page)["og:url"] == f"{BASE}/far/deep.html"
    assert tags(page)["og:image"] == f"{BASE}/_static/readme.png"
    assert (ROOT / "site" / "_static" / "readme.png").exists()


def test_without_an_address_nothing_needs_one(without_address):
    out, _ = without_address
    page, wrong = (out / "far" / "deep.html").read_text(), (out / "404.html").read_text()
    assert not (out / "sitemap.xml").exists()
    assert "canonical" not in page
    assert not {"og:url", "og:image"} & tags(page).keys()
    assert "index.html" in links(wrong)


def test_a_page_is_described_by_its_head_or_by_its_first_paragraph(without_address):
    out, _ = without_address
    index, deep = (tags((out / f"{name}.html").read_text()) for name in ("index", "far/deep"))
    assert index["description"] == index["og:description"] == "Said <here> & so."
    assert deep["description"] == deep["og:description"] == "The first paragraph, in two lines."
    assert (deep["og:title"], deep["og:site_name"]) == ("Deep", "What it is")


def test_every_page_is_described_and_no_two_alike():
    described = [name for name in PAGES if name != "search.html"]
    found = [tags((SITE / name).read_text(encoding="utf-8"))["description"] for name in described]
    assert len(set(found)) == len(found) > 20
    assert min(map(len, found)) > 25


@pytest.mark.parametrize("path", notebooks(), ids=lambda path: path.stem)
def test_a_lesson_is_described_by_its_first_paragraph(path):
    _, first, *_ = nbformat.read(path, as_version=4).cells[0].source.split("\n\n")
    page = (SITE / "lessons" / f"{path.stem}.html").read_text(encoding="utf-8")
    words = re.sub(r"\[([^]]*)\]\([^)]*\)|\*", r"\1", first)
    assert plain(tags(page)["description"]) == plain(words)


def test_the_changelog_is_a_page():
    page = (SITE / "changelog.html").read_text(encoding="utf-8")
    items = re.findall(r"^ *- ", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    article = page.split("<article", 1)[1].split("</article", 1)[0]
    assert article.count("<li>") == len(items) > 10


@pytest.mark.parametrize("name", ["helpers/engine", "helpers", "changelog"])
def test_the_contents_lead_to_the_reference(name):
    page = (SITE / "index.html").read_text(encoding="utf-8")
    contents = page.split('class="sidebar-tree"', 1)[1].split("</aside", 1)[0]
    assert f'href="{name}.html"' in contents


def literature():
    """Give the entries of the bibliography, and the text above it."""
    text = (ROOT / "site" / "sources.md").read_text(encoding="utf-8")
    above, below = text.split("## Literature")
    return re.findall(r"^\(([\w-]+)\)=\n(.+)$", below, re.MULTILINE), above


ENTRIES, ABOVE = literature()
NAMING = [name.removesuffix(".html") for name in PAGES if name.startswith(("lessons/", "helpers/"))]


def authors_of(entry):
    return re.split(r", [“*]", entry)[0]


def first_author(entry):
    """Return the first author's surname."""
    return re.match(r"(?:[A-Z]\. )+(\w+)", entry)[1]


def places_of(entry):
    """Return the pages that an entry says it is named in."""
    return set(re.findall(r"(?:lessons/[\w-]+|helpers/\w+|claims)(?=>|\.md)", entry))


def is_named(surname, page):
    text = (SITE / f"{page}.html").read_text(encoding="utf-8")
    return re.search(rf"\b{surname}\b", words_of(text)) is not None


@pytest.mark.parametrize(("key", "entry"), ENTRIES, ids=[key for key, _ in ENTRIES])
def test_a_paper_is_named_where_its_entry_says(key, entry):
    surname, places = first_author(entry), places_of(entry)
    assert key.startswith(surname.lower())
    assert [place for place in places if not is_named(surname, place)] == []
    assert places or re.search(rf"\b{surname}\b", ABOVE)
    page = (SITE / "sources.html").read_text(encoding="utf-8")
    assert page.count(f'id="{key}"') == 1


@pytest.mark.parametrize("page", NAMING)
def test_whoever_a_page_names_has_an_entry_that_names_the_page(page):
    for surname in {first_author(entry) for _, entry in ENTRIES}:
        entries = [entry for _, entry in ENTRIES if surname in authors_of(entry)]
        assert not is_named(surname, page) or any(page in places_of(each) for each in entries)


def test_the_entries_are_in_order_and_lead_to_papers():
    keys = [key for key, _ in ENTRIES]
    assert keys == sorted(keys, key=lambda key: key.split("-")[0])
    links = [re.search(r"\]\((https://[^)]+)\)", entry) for _, entry in ENTRIES]
    assert len([link for link in links if link]) > 30
    for _, entry in ENTRIES:
        for shown, address in re.findall(r"\[(?:doi|arXiv):([^]]+)\]\(([^)]+)\)", entry):
            assert address.endswith(f"/{shown}")


def test_a_name_that_is_no_more_is_not_passed_over():
    module = "helpers.models.keras_models"
    assert "autofunction:: train\n" in extension("rooms").section(module, module, ["train"])
    with pytest.raises(ValueError, match=rf"^{re.escape(module)}: expected what .*, got no gone$"):
        extension("rooms").section(module, module, ["train", "gone"])


def test_a_constant_with_its_type_is_one():
    (line,) = ast.parse("A: int = 3").body
    assert extension("rooms").defined_by(line, ["A", "int"]) == ["A"]
