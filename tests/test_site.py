"""The built site, as a browser sees it."""

import html
import importlib.util
import re
import threading
import unicodedata
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import nbformat
import pytest
from fontTools.ttLib import TTFont

from tools import ROOT
from tools.notebooks import notebooks

SITE = ROOT / "build" / "site"
PAGES = sorted(str(path.relative_to(SITE)) for path in SITE.rglob("*.html"))


def test_the_site_is_there_with_every_lesson():
    assert {"index.html", "claims.html", "notation.html", "search.html"} <= set(PAGES)
    assert {f"lessons/{path.stem}.html" for path in notebooks()} <= set(PAGES)


@pytest.mark.parametrize("path", notebooks(), ids=lambda path: path.stem)
def test_each_lesson_is_offered_for_download_as_it_was_tested(path):
    page = (SITE / "lessons" / f"{path.stem}.html").read_text(encoding="utf-8")
    assert f'href="../_sources/lessons/{path.name}" download' in page
    assert (SITE / "_sources" / "lessons" / path.name).read_bytes() == path.read_bytes()


@pytest.mark.parametrize("path", notebooks(), ids=lambda path: path.stem)
def test_each_lesson_shows_its_figures_and_hides_its_solutions(path):
    page = (SITE / "lessons" / f"{path.stem}.html").read_text(encoding="utf-8")
    cells = nbformat.read(path, as_version=4).cells
    for cell in cells:
        alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt")
        assert alt is None or f'alt="{alt}"' in page
    tags = [set(cell.metadata.get("tags", [])) for cell in cells]
    folded = sum(any(tag.startswith("hide-") for tag in each) for each in tags)
    prose = [cell.source for cell in cells if cell.cell_type == "markdown"]
    boxes = sum(text.startswith("#### ") + text.count("<details>") for text in prose)
    assert any("hide-cell" in each for each in tags)
    assert page.count("<details") == folded + boxes


def test_a_side_road_is_a_box_with_its_title_and_all_that_stands_on_it():
    page = (SITE / "lessons" / "07-encoder-decoder.html").read_text(encoding="utf-8")
    (box,) = re.findall(r'<details class="side-road".*?<summary>(.*?)</summary>(.*)', page, re.S)
    title, rest = box
    assert title.strip() == "Side road: the same network in Keras, equal to rounding"
    assert rest.index("Keras gives the same logits") < rest.index('<section id="break">')


def test_links_between_lessons_lead_to_pages_of_the_site():
    page = (SITE / "lessons" / "07b-both-directions.html").read_text(encoding="utf-8")
    links = set(re.findall(r'href="([^"#:]+)"', page.split("<article")[1].split("</article")[0]))
    assert {"06-lstm.html", "07-encoder-decoder.html", "../claims.html"} <= links
    assert all((SITE / "lessons" / link).exists() for link in links)


def links_of_the_site():
    """Give the module that changes links in lessons."""
    path = ROOT / "site" / "_extensions" / "links.py"
    spec = importlib.util.spec_from_file_location("links", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("see [lesson 5](05-x-y.ipynb).", "see {doc}`lesson 5 </lessons/05-x-y>`."),
        ("the [ledger](../claims.md)", "the [ledger](/claims.md)"),
        ("[far](https://a.b/05-x.ipynb)", "[far](https://a.b/05-x.ipynb)"),
        ("x[0](y)", "x[0](y)"),
    ],
)
def test_a_link_is_changed_where_it_leads_to_a_lesson_or_a_page(given, expected):
    assert links_of_the_site().from_the_site(given) == expected


def test_the_font_has_what_formulas_are_drawn_with():
    pages = [(SITE / name).read_text(encoding="utf-8") for name in PAGES]
    formulas = " ".join(found for page in pages for found in re.findall("<math.*?</math>", page))
    characters = set(html.unescape(re.sub("<[^>]*>", "", formulas)))
    drawn = {each for each in characters if unicodedata.category(each)[0] in "LNPS"}
    assert "<msqrt" in formulas
    with TTFont(SITE / "_static" / "math.woff2") as font:
        known = set(map(chr, font.getBestCmap()))
    assert drawn | {"√"} <= known  # the browser draws a root by itself


class Silent(SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="module")
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Silent, directory=SITE)) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_address[1]}"
        running.shutdown()


@pytest.fixture(params=["light", "dark"])
def page(browser, request):
    opened = browser.new_page(color_scheme=request.param, viewport={"width": 390, "height": 844})
    # what fails must fail soon: nothing here comes from far away
    opened.set_default_timeout(20_000)
    opened.requests, opened.problems = [], []
    opened.on("request", lambda asked: opened.requests.append(asked.url))
    opened.on("pageerror", lambda error: opened.problems.append(str(error)))
    opened.on("console", lambda said: said.type == "error" and opened.problems.append(said.text))
    yield opened
    opened.close()


def foreign(requests, host):
    parts = [urlsplit(url) for url in requests]
    return [part.geturl() for part in parts if part.netloc != host and part.scheme != "data"]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_no_other_host_and_reports_no_error(page, server, name):
    page.goto(f"{server}/{name}", wait_until="networkidle")
    assert page.requests
    assert foreign(page.requests, urlsplit(server).netloc) == []
    assert page.problems == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_from_a_folder_without_any_host(page, name):
    page.goto((SITE / name).as_uri(), wait_until="load")
    assert foreign(page.requests, "") == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible(page, server, name):
    from axe_playwright_python.sync_playwright import Axe

    page.goto(f"{server}/{name}", wait_until="load")
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_does_not_scroll_sideways_on_a_phone(page, server, name):
    page.goto(f"{server}/{name}", wait_until="load")
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390


def test_in_the_dark_figures_turn_dark_and_those_that_keep_their_paper_do_not(page, server):
    page.goto(f"{server}/lessons/01-sum-of-three.html", wait_until="load")
    filters = [
        page.locator(f"article .cell{kind} img").first.evaluate("i => getComputedStyle(i).filter")
        for kind in (":not(.tag_paper)", ".tag_paper")
    ]
    is_dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    turned = "invert(0.93) hue-rotate(180deg)"
    assert filters == [turned if is_dark else "none", "none"]


def test_what_is_unfolded_takes_the_focus_where_it_scrolls(page, server):
    page.goto(f"{server}/claims.html", wait_until="load")
    fold = page.locator("details").first
    fold.locator("summary").click()
    table = fold.locator(".table-wrapper")
    assert table.evaluate("box => box.scrollWidth > box.clientWidth")
    page.wait_for_function("box => box.tabIndex === 0", arg=table.element_handle())


def test_search_finds_the_lesson(page, server):
    page.goto(f"{server}/search.html?q=hilltop", wait_until="load")
    page.wait_for_selector("#search-results li a[href*='01-sum-of-three']")


def test_a_request_to_another_host_would_be_seen():
    asked = ["http://127.0.0.1:1/a", "data:image/png;base64,x", "https://example.org/font"]
    assert foreign(asked, "127.0.0.1:1") == ["https://example.org/font"]
