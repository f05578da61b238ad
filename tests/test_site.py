"""The built site, as a browser sees it."""

import gzip
import html
import io
import re
import unicodedata
from urllib.parse import urlsplit

import nbformat
import numpy as np
import pytest
from fontTools.ttLib import TTFont
from PIL import Image
from playwright.sync_api import expect

from helpers.figures import BLUE, GREEN, GREY, ORANGE, PURPLE, RED
from tests.site_code import SITE, assert_accessible, extension
from tools.notebooks import notebooks

INKS = (BLUE, GREEN, GREY, ORANGE, PURPLE, RED)
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
    played = sum(tag.startswith("play-") for each in tags for tag in each)
    assert page.count("<details") == folded + boxes + played


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
    assert extension("links").from_the_site(given) == expected


def test_the_font_has_what_formulas_are_drawn_with():
    pages = [(SITE / name).read_text(encoding="utf-8") for name in PAGES]
    formulas = " ".join(found for page in pages for found in re.findall("<math.*?</math>", page))
    characters = set(html.unescape(re.sub("<[^>]*>", "", formulas)))
    drawn = {each for each in characters if unicodedata.category(each)[0] in "LNPS"}
    assert "<msqrt" in formulas
    with TTFont(SITE / "_static" / "math.woff2") as font:
        known = set(map(chr, font.getBestCmap()))
    assert drawn | {"√"} <= known  # the browser draws a root by itself


def opened(browser, scheme):
    """Open an empty page of a phone, which notes what it asks for and what goes wrong."""
    page = browser.new_page(color_scheme=scheme, viewport={"width": 390, "height": 844})
    # what fails must fail soon: nothing here comes from far away
    page.set_default_timeout(20_000)
    page.requests, page.problems = [], []
    page.on("request", lambda asked: page.requests.append(asked.url))
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on("console", lambda said: said.type == "error" and page.problems.append(said.text))
    return page


@pytest.fixture(params=["light", "dark"])
def page(browser, request):
    page = opened(browser, request.param)
    yield page
    page.close()


@pytest.fixture(scope="module", params=PAGES)
def visited(browser, server, request):
    """Give a page of the site as it stands once it is loaded; it is to be looked at only."""
    page = opened(browser, "light")
    page.goto(f"{server}/{request.param}", wait_until="load")
    page.name = request.param
    yield page
    page.close()


@pytest.fixture(params=["light", "dark"])
def shown(visited, request):
    """Give it in light and in the dark, where colours differ and nothing else."""
    visited.emulate_media(color_scheme=request.param)
    visited.scheme = request.param
    yield visited
    visited.emulate_media(color_scheme="light")


def foreign(requests, host):
    parts = [urlsplit(url) for url in requests]
    return [part.geturl() for part in parts if part.netloc != host and part.scheme != "data"]


def test_a_page_does_not_scroll_sideways_on_a_phone(visited):
    assert visited.evaluate("document.documentElement.scrollWidth") <= 390


CUT = """async () => {
    const shut = [...document.querySelectorAll("details:not([open], .playable)")];
    for (const box of shut) box.open = true;
    for (let frame = 0; frame < 3; frame++)  // what unfolds is measured in the next one
        await new Promise((after) => requestAnimationFrame(after));
    const cut = [...document.querySelectorAll("article *")].filter(box =>
        ["auto", "scroll", "hidden"].includes(getComputedStyle(box).overflowX)
        && box.scrollWidth > box.clientWidth + 1 && box.clientWidth > 1
        && getComputedStyle(box).maskImage === "none").map(box => box.outerHTML.slice(0, 200));
    for (const box of shut) box.open = false;
    return cut;
}"""


def test_on_a_phone_nothing_is_cut_without_a_sign_that_it_scrolls(visited):
    assert visited.evaluate(CUT) == []


SMALL = """() => [...document.querySelectorAll("article a.figure img")].filter(
    image => image.checkVisibility()
    && image.getBoundingClientRect().width < 0.8 * image.getAttribute("width") - 1).length"""


def test_on_a_phone_figures_keep_four_fifths_of_their_size(visited):
    assert visited.evaluate(SMALL) == 0


MISSING = """async () => {
    const missing = [];
    for (const image of [...document.images].filter(image => image.checkVisibility())) {
        image.scrollIntoView({ block: "center" });  // it waits to come near
        for (let k = 0; k < 100 && !image.complete; k++)
            await new Promise(done => setTimeout(done, 20));
        if (image.complete) await image.decode().catch(() => missing.push(image.src));
        else missing.push(image.src);
    }
    scrollTo(0, 0);  // as the page was
    return missing;
}"""


def test_every_picture_of_a_page_is_shown_when_a_reader_comes_to_it(visited):
    if visited.name != "figures.html":  # all of them, many megabytes; each is on its lesson's page
        assert visited.evaluate(MISSING) == []


# A formula that may be broken anywhere can lose a letter; code tells by where a line begins.
BROKEN = """() => [
    ...[...document.querySelectorAll("article math")]
        .filter(math => getComputedStyle(math).overflowWrap !== "normal"),
    ...[...document.querySelectorAll(".cell_output .highlight-python pre")]
        .filter(code => getComputedStyle(code).whiteSpace !== "pre"),
    ...[...document.querySelectorAll(".cell_output pre")]
        .filter(said => !said.closest(".highlight-python"))
        .filter(said => getComputedStyle(said).whiteSpace !== "pre-wrap"),
].map(box => box.outerHTML.slice(0, 200))"""


def test_on_a_phone_words_break_and_neither_formulas_nor_code_do(visited):
    assert visited.evaluate(BROKEN) == []


def test_a_page_asks_no_other_host_and_reports_no_error(visited, server):
    assert visited.requests
    assert foreign(visited.requests, urlsplit(server).netloc) == []
    assert visited.problems == []


def test_where_no_figure_to_play_with_is_open_the_mechanism_alone_is_loaded(visited):
    scripts = [url.split("/")[-1].split("?")[0] for url in visited.requests if "/play/" in url]
    has_figures = 'class="playable"' in (SITE / visited.name).read_text(encoding="utf-8")
    assert scripts == (["play.js"] if has_figures else [])


def test_a_page_is_light(visited, server):
    if visited.name != "index.html" and not visited.name.startswith("lessons/"):
        return  # the search has its index, and the page of all figures shows them all
    asked = [url for url in visited.requests if url.startswith(server)]
    files = {SITE / urlsplit(url).path.removeprefix("/") for url in asked}
    text = {file for file in files if file.suffix not in (".webp", ".png")}
    weight = sum(len(gzip.compress(file.read_bytes())) for file in text)
    assert len(text) < 15
    assert weight < 90_000
    sources = visited.locator("img").evaluate_all("all => all.map(image => image.src)")
    pictures = {SITE / urlsplit(url).path.removeprefix("/") for url in sources}
    assert weight + sum(file.stat().st_size for file in pictures) < 350_000


def test_a_page_is_accessible(shown):
    # the last look: afterwards its code has fewer colours
    assert_accessible(shown, colours_alone=shown.scheme == "dark")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_from_a_folder_without_any_host(browser, name):
    page = opened(browser, "light")
    page.goto((SITE / name).as_uri(), wait_until="load")
    asked, problems = page.requests, page.problems
    page.close()
    assert foreign(asked, "") == []
    assert problems == []


def test_in_the_dark_code_and_figures_turn_dark_and_those_that_keep_their_paper_do_not(
    page, server
):
    page.goto(f"{server}/lessons/01-sum-of-three.html", wait_until="load")
    filters = [
        page.locator(f"article .cell{kind} img").first.evaluate("i => getComputedStyle(i).filter")
        for kind in (":not(.tag_paper)", ".tag_paper")
    ]
    is_dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    assert filters == ['url("#in-the-dark")' if is_dark else "none", "none"]
    code = page.locator("article .cell_input .highlight").first
    paper = code.evaluate("code => getComputedStyle(code).backgroundColor")
    assert paper == ("rgb(43, 43, 43)" if is_dark else "rgb(242, 242, 242)")


def luminance(color):
    """Return how light a colour of three numbers up to 255 is, as the rules for contrast say."""
    linear = [c / 12.92 if c < 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in color / 255]
    return np.dot([0.2126, 0.7152, 0.0722], linear)


def test_in_the_dark_every_ink_of_a_figure_can_be_read(browser, server):
    page = opened(browser, "dark")
    page.goto(f"{server}/lessons/01-sum-of-three.html", wait_until="load")
    image = page.locator("article .cell:not(.tag_paper) img").first
    image.evaluate("image => { image.style.objectPosition = '-9999px'; }")  # its ground is left
    shown = {}
    for ink in ("#ffffff", "#000000", *INKS):
        image.evaluate("(image, ink) => { image.style.background = ink; }", ink)
        drawn = Image.open(io.BytesIO(image.screenshot())).convert("RGB")
        shown[ink] = np.array(drawn.getpixel((drawn.width // 2, drawn.height // 2)))
    paper, *inks = [luminance(color) + 0.05 for color in shown.values()]
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert "rgb({}, {}, {})".format(*shown["#ffffff"]) == ground
    assert min(inks) / paper > 4.5
    page.close()


def test_on_a_desk_code_fits_whole_in_a_side_road_too(page, server):
    page.set_viewport_size({"width": 1280, "height": 900})
    for lesson in ("02-one-hot", "04-binary-adder"):
        page.goto(f"{server}/lessons/{lesson}.html", wait_until="load")
        wide = """boxes => boxes.map(box => (box.closest("details:not(.hide)") ?? box).open = true)
            && boxes.filter(box => box.scrollWidth > box.clientWidth + 1).length"""
        code = page.locator(".cell_input pre")
        assert code.count() > 10
        assert code.evaluate_all(wide) == 0


def test_what_is_unfolded_takes_the_focus_where_it_scrolls(page, server):
    page.set_viewport_size({"width": 390, "height": 900})
    page.goto(f"{server}/lessons/06-lstm.html", wait_until="load")
    fold = page.locator("details.side-road:has(.cell_input)").first
    code = fold.locator(".cell_input pre").first
    fold.locator("summary").first.click()
    assert code.evaluate("box => box.scrollWidth > box.clientWidth")
    expect(code).to_have_js_property("tabIndex", 0)


def test_a_request_to_another_host_would_be_seen():
    asked = ["http://127.0.0.1:1/a", "data:image/png;base64,x", "https://example.org/font"]
    assert foreign(asked, "127.0.0.1:1") == ["https://example.org/font"]
