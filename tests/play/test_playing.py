"""Each figure to play with: by keyboard alone, heard, seen on each screen, and its still."""

import gzip
import re

import pytest

from tests.site_code import SITE, assert_accessible
from tools import ROOT

PLAY = SITE / "_static" / "play"
MOST_SCRIPTS, MOST_DATA = 15_000, 60_000  # bytes of a page, gzipped
BOX = re.compile(r'<details class="playable" data-play="([^"]+)" data-needs="([^"]+)">')
PAGES = {path.name: BOX.findall(path.read_text()) for path in (SITE / "lessons").glob("*.html")}
FIGURES = sorted((name, page) for page, boxes in PAGES.items() for name, _ in boxes)
SOURCES = ROOT / "site" / "_static" / "play"
SCRIPTS = sorted(SOURCES.glob("*.js"))
IDS = [name for name, _ in FIGURES]
CHANGED = "([svg, picture]) => svg.innerHTML !== picture"  # else a TimeoutError: nothing to see


def test_every_figure_is_on_a_page():
    written = {path.stem for path in SCRIPTS if path.read_text().startswith("// Play: ")}
    assert written == set(IDS)
    assert len(IDS) == len(set(IDS))


@pytest.fixture(scope="module", params=FIGURES, ids=IDS)
def opened(request, browser, server):
    """Give a page on which one figure is open, and what went wrong there."""
    name, page_name = request.param
    page = browser.new_page()
    wrong = []
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(f"{server}/lessons/{page_name}")
    box = page.locator(f'details[data-play="{name}"]')
    box.locator("summary").focus()
    page.keyboard.press("Enter")
    box.locator("svg > *").first.wait_for(state="attached")
    yield page, box, wrong
    page.close()


@pytest.fixture
def figure(opened):
    """Give it as on a desk, in the light."""
    page, *_ = opened
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(media="screen", color_scheme="light", reduced_motion="no-preference")
    return opened


def words_of(box):
    return box.locator(".play-words").inner_text()


def picture_of(box):
    return box.locator("svg").first.inner_html()


def drawn(page):
    """Wait until what was changed is drawn: so many frames, however long a busy machine takes."""
    page.evaluate("""async () => {
      for (let n = 0; n < 4; n++) await new Promise(requestAnimationFrame);
    }""")


def test_it_says_what_to_do(figure):
    _, box, wrong = figure
    assert len(words_of(box)) > 20
    assert wrong == []


def test_what_changes_is_told_to_a_screen_reader(figure):
    _, box, _ = figure
    assert box.locator(".play-words").get_attribute("aria-live") == "polite"
    for drawing in box.locator("svg").all():
        assert drawing.get_attribute("role") == "img"
        assert len(drawing.get_attribute("aria-label")) > 10
    for control in box.locator("input, select, textarea").all():
        assert control.get_attribute("aria-label")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(figure, scheme):
    page, *_ = figure
    page.emulate_media(color_scheme=scheme)
    assert_accessible(page, ".playable[open]", colours_alone=scheme == "dark")


def test_nothing_is_cut_on_a_phone(figure):
    page, box, _ = figure
    page.set_viewport_size({"width": 390, "height": 800})
    drawn(page)
    for element in box.locator("svg, input, select, button, textarea").all():
        room = element.bounding_box()
        assert room["x"] >= 0
        assert room["x"] + room["width"] <= 390
    sizes = "texts => texts.map((text) => parseFloat(getComputedStyle(text).fontSize))"
    assert min(box.locator("svg text").evaluate_all(sizes)) >= 12
    # whole: each text lies inside its drawing
    cut = """texts => texts.filter((text) => text.isConnected).filter((text) => {
      const t = text.getBoundingClientRect(), s = text.ownerSVGElement.getBoundingClientRect();
      return t.left < s.left - 1 || t.right > s.right + 1
        || t.top < s.top - 2 || t.bottom > s.bottom + 2;
    }).map((text) => text.textContent)"""
    assert box.locator("svg text").evaluate_all(cut) == []


def test_its_still_stands_above_and_it_is_not_printed(figure):
    page, box, _ = figure
    still = "box => box.previousElementSibling.querySelectorAll('img[alt]').length"
    assert box.evaluate(still) == 1
    page.emulate_media(media="print")
    assert not box.is_visible()


def press_control(page, kind):
    """Do with the control that has the focus what a keyboard can do."""
    if kind == "range":
        for _ in range(3):
            page.keyboard.press("ArrowRight")
    elif kind in ("number", "text", "textarea"):
        page.keyboard.press("End")
        page.keyboard.type("1")
    elif kind == "select-one":
        page.keyboard.press("ArrowDown")
    else:
        page.keyboard.press("Space")


def test_the_keyboard_reaches_and_moves_all_of_it(figure):
    page, box, wrong = figure
    count = box.locator(":is(input, select, button, textarea):enabled").count()
    assert count > 0
    box.locator("summary").focus()
    heard, pictures = {words_of(box)}, {picture_of(box)}
    for _ in range(count):
        page.keyboard.press("Tab")
        kind = page.evaluate(
            "document.activeElement.closest('.play') && document.activeElement.type"
        )
        assert kind, "the focus left the figure before its last control"
        press_control(page, kind)
        drawn(page)
        heard.add(words_of(box))
        pictures.add(picture_of(box))
    assert len(heard) > 1, "nothing to hear"
    if len(pictures) == 1:  # what was started last may take some frames to its first change
        page.wait_for_function(CHANGED, arg=[box.locator("svg").first.element_handle(), *pictures])
    assert wrong == []


def test_without_scripts_there_is_the_still_alone(browser, server):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    for name, page_name in FIGURES:
        page.goto(f"{server}/lessons/{page_name}")
        assert not page.locator(f'details[data-play="{name}"]').is_visible()
    context.close()


def test_what_cannot_be_loaded_says_so_and_is_asked_for_again(browser, server):
    name, page_name = FIGURES[0]
    page = browser.new_page()
    try:
        page.goto(f"{server}/lessons/{page_name}")
        page.route("**/figure.js*", lambda route: route.abort())
        box = page.locator(f'details[data-play="{name}"]')
        box.locator("summary").click()
        box.get_by_role("alert").wait_for()
        assert "could not be loaded" in box.get_by_role("alert").inner_text()
        page.unroute("**/figure.js*")
        for _ in range(2):
            box.locator("summary").click()
        box.locator("svg > *").first.wait_for(state="attached")
        assert box.get_by_role("alert").count() == 0
    finally:
        page.close()


def test_where_motion_is_not_wanted_nothing_moves_by_itself(figure):
    page, box, wrong = figure
    page.emulate_media(reduced_motion="reduce")
    page.reload()
    box.locator("summary").click()
    box.locator("svg > *").first.wait_for(state="attached")
    before = picture_of(box)
    page.wait_for_timeout(400)
    assert picture_of(box) == before
    assert wrong == []


@pytest.mark.parametrize("name", sorted({page for _, page in FIGURES}))
def test_the_scripts_of_a_page_are_small(name):
    needed = {"play.js"} | {file for _, needs in PAGES[name] for file in needs.split()}
    sizes = {file: len(gzip.compress((PLAY / file).read_bytes())) for file in needed}
    data = sum(size for file, size in sizes.items() if file.startswith("data/"))
    assert sum(sizes.values()) - data < MOST_SCRIPTS
    assert data < MOST_DATA


@pytest.mark.parametrize("path", SCRIPTS, ids=[path.name for path in SCRIPTS])
def test_a_script_is_short(path):
    is_figure = path.read_text().startswith("// Play: ")
    assert len(path.read_text().splitlines()) < (120 if is_figure else 150)
