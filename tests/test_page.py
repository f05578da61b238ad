"""What a page does in the hands of a reader: figures, ticks, tables, keyboard, paper."""

import re
from types import SimpleNamespace

import pytest
from docutils import nodes
from playwright.sync_api import expect

from tests.site_code import SITE, extension
from tools.claims import read_ledger
from tools.notebooks import notebooks

LESSON = "lessons/06b-reading-cells.html"
NARROW, WIDE = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
CLAIMS = read_ledger()


@pytest.fixture
def phone(browser):
    opened = browser.new_page(viewport=NARROW)
    opened.set_default_timeout(20_000)
    yield opened
    opened.close()


def is_seen(box):
    return box.evaluate("box => box.checkVisibility() && box.getBoundingClientRect().width > 0")


def test_a_script_from_elsewhere_is_refused(phone, server):
    phone.goto(f"{server}/{LESSON}", wait_until="load")
    refused = []
    phone.on("console", lambda said: refused.append(said.text))
    phone.evaluate("""() => {
        const script = document.createElement("script");
        script.textContent = "window.stranger = true";
        document.head.append(script);
    }""")
    assert phone.evaluate("window.stranger") is None
    assert any("Content Security Policy" in words for words in refused)


def test_a_figure_has_its_size_waits_for_its_turn_and_enlarges(phone, server):
    phone.goto(f"{server}/{LESSON}", wait_until="load")
    figures = phone.locator("article a.figure img")
    looks = "i => [i.width, i.naturalWidth, i.getAttribute('width'), i.getAttribute('loading')]"
    first = figures.first
    first.wait_for()
    _, natural, width, loading = first.evaluate(looks)
    assert (natural, loading) == (2 * int(width), None)
    assert {image.get_attribute("loading") for image in figures.all()[1:]} == {"lazy"}
    figures.first.click()
    phone.wait_for_url("**/_images/*.webp")


@pytest.mark.parametrize("path", notebooks(), ids=lambda path: path.stem)
def test_each_tick_of_a_lesson_leads_to_its_row(path):
    page = (SITE / "lessons" / f"{path.stem}.html").read_text(encoding="utf-8")
    ledger = (SITE / "claims.html").read_text(encoding="utf-8")
    printed = re.findall(r"<pre><span></span>(.*?)</pre>", page, re.DOTALL)
    lines = [line for text in printed for line in text.splitlines() if "✓" in line[:200]]
    places = re.findall(r'<a class="tick" href="../claims.html#(\w+)"', "\n".join(lines))
    claims = CLAIMS[path.stem]["claims"]
    assert len(places) == len([line for line in lines if re.match(r"(<a[^>]*>)?✓", line)])
    assert len(set(places)) == len({claim["claim"] for claim in claims})
    assert all(f'<span id="{place}"></span>' in ledger for place in places)


@pytest.mark.parametrize("name", ["lessons/04-binary-adder", "claims", "sources"])
def test_no_line_ends_between_a_number_and_its_sign_of_per_cent(name):
    page = (SITE / f"{name}.html").read_text(encoding="utf-8")
    said = re.findall(r"<(p|td|li)\b[^>]*>(.*?)</\1>", page, re.DOTALL)
    words = "\n".join(re.sub("<[^>]*>", "", text) for _, text in said)
    assert re.search(r"\d\N{NO-BREAK SPACE}%", words)
    assert not re.search(r"\d %", words)


def test_a_tick_opens_the_fold_of_its_row(phone, server):
    phone.goto(f"{server}/{LESSON}", wait_until="load")
    link = phone.locator("a.tick").first
    said = link.evaluate("tick => tick.nextSibling.textContent.split('\\n')[0].trim()")
    phone.goto(f"{server}/{link.get_attribute('href').removeprefix('../')}", wait_until="load")
    row = phone.locator("tr:has(:target)")
    row.wait_for(state="visible")
    assert said.startswith(row.locator("td").first.inner_text().strip())


def test_a_claim_is_found_though_more_is_said_behind_it():
    linked = extension("ticks").linked
    page = "<pre><span></span>✓ it adds: 3 &lt; 4\n✓ it adds twice\n✓ not in the ledger\n</pre>"
    text = linked(page, "01-x", ["it adds", "it adds twice"])
    places = [extension("ledger").place_of("01-x", claim) for claim in ("it adds", "it adds twice")]
    assert re.findall(r"#(\w+)", text) == places
    assert "\n✓ not in the ledger" in text


def test_on_a_phone_a_wide_table_is_cards_with_the_heads_in_them(phone, server):
    phone.goto(f"{server}/claims.html", wait_until="load")
    cell = phone.locator("#the-lessons table.cards td").nth(1)
    assert cell.evaluate("cell => getComputedStyle(cell).display") == "block"
    shown = cell.evaluate("cell => getComputedStyle(cell, '::before').content")
    assert cell.get_attribute("data-head") == "Claims"
    assert "Claims" in shown or shown == 'attr(data-head) ": "'


def test_a_table_of_two_columns_stays_one():
    table = (
        '<table class="docutils"><tr><th class="head">a</th><th class="head">b</th></tr></table>'
    )
    assert extension("cards").marked(table) == table


def test_cells_carry_the_heads_of_their_columns():
    heads = "".join(f'<th class="head"><p>{head}</p></th>' for head in "abc")
    row = "<tr><td>1</td><td>2</td><td>3</td></tr>"
    table = f'<table class="docutils"><thead><tr>{heads}</tr></thead><tbody>{row}</tbody></table>'
    marked = extension("cards").marked(table)
    assert re.findall(r'data-head="(.)">(.)', marked) == [("a", "1"), ("b", "2"), ("c", "3")]


@pytest.mark.parametrize(("toggle", "drawer"), [("navigation", "sidebar"), ("toc", "toc")])
def test_a_drawer_opens_by_keyboard_and_its_links_wait_for_that(phone, server, toggle, drawer):
    phone.goto(f"{server}/{LESSON}", wait_until="load")
    link = phone.locator(f".{drawer}-drawer a[href]").last
    hidden = "link => getComputedStyle(link).visibility"
    assert link.evaluate(hidden) == "hidden"
    for _ in range(6):
        phone.keyboard.press("Tab")
        if phone.evaluate("document.activeElement.id") == f"__{toggle}":
            break
    phone.keyboard.press("Space")
    assert link.evaluate(hidden) == "visible"


def test_copy_buttons_stand_at_code_alone_and_show_when_they_have_the_focus(phone, server):
    phone.set_viewport_size(WIDE)
    phone.goto(f"{server}/{LESSON}", wait_until="load")
    phone.wait_for_selector("button.copybtn", state="attached")
    assert phone.locator(".cell_output button.copybtn").count() == 0
    button = phone.locator(".cell:not(:has(details)) .cell_input button.copybtn").first
    assert button.evaluate("button => getComputedStyle(button).opacity") == "0"
    phone.keyboard.press("Tab")  # from here on the focus is one of the keyboard
    button.focus()
    expect(button).to_have_css("opacity", "1")


def test_on_paper_solutions_stand_open_and_nothing_covers_the_text(phone, server):
    phone.goto(f"{server}/{LESSON}", wait_until="load")
    solution = phone.locator("details.side-road:has(> summary:text-is('Solution')) pre").first
    assert not is_seen(solution)
    phone.emulate_media(media="print")
    assert is_seen(solution)
    assert not is_seen(phone.locator(".skip-to-content"))
    cut = (
        "() => [...document.querySelectorAll('pre')].filter(b => b.scrollWidth > b.clientWidth + 1)"
    )
    assert phone.evaluate(f"({cut})().length") == 0


def test_reduced_motion_is_respected(browser, server):
    opened = browser.new_page(reduced_motion="reduce")
    opened.goto(f"{server}/{LESSON}", wait_until="load")
    for part in ("html", ".sidebar-scroll", ".toc-scroll"):
        how = opened.locator(part).evaluate("part => getComputedStyle(part).scrollBehavior")
        assert how == "auto", part
    opened.close()


def test_the_first_page_has_a_card_with_a_picture_for_each_lesson(phone, server):
    phone.goto(f"{server}/index.html", wait_until="load")
    links = phone.locator("ol.lesson-cards a").evaluate_all("all => all.map(a => a.href)")
    assert links == [f"{server}/lessons/{path.stem}.html" for path in notebooks()]
    pictures = phone.locator("ol.lesson-cards img")
    for picture in pictures.all():
        picture.scroll_into_view_if_needed()
        expect(picture).to_have_js_property("complete", True)
        assert picture.evaluate("i => i.naturalWidth") > 100
    phone.get_by_role("link", name="Start with lesson 1").click()
    phone.wait_for_url("**/01-sum-of-three.html")


@pytest.mark.filterwarnings("ignore:path is deprecated:DeprecationWarning")  # of the font's package
def test_only_mstyle_says_how_large_a_formula_is():
    given = (
        '<math><mfrac displaystyle="false"><mn>1</mn><mo>&lt;</mo></mfrac><mi>&nbsp;</mi></math>'
    )
    styled = extension("mathml").with_styles(given)
    assert '<mstyle displaystyle="false"><mfrac><mn>1</mn><mo>&lt;</mo></mfrac></mstyle>' in styled


def test_one_sheet_is_linked_and_a_page_without_code_has_no_copy_script():
    sheets = '<title>t</title><link rel="stylesheet" href="a.css"><link rel="stylesheet" href="b">'
    script = '<script src="_static/copybutton.js?v=1"></script>'
    page = extension("one_sheet").linked(sheets + script, "_static", "0a")
    assert re.findall(r'href="([^"]*)"', page) == ["_static/site.css?v=0a"]
    assert "copybutton" not in page
    with_code = extension("one_sheet").linked(f'{script}<div class="highlight">', "_static", "0a")
    assert script in with_code


@pytest.mark.parametrize(
    "given",
    [
        '<img alt="a > b" src="../_images/x.png" />',
        '<a class="reference internal image-reference" href="../_images/x.png">'
        '<img alt="a > b" height="9" src="../_images/x.png" width="9" />\n</a>',
    ],
)
def test_an_image_becomes_a_link_to_itself_once(given):
    page = extension("images").with_images(f"<p>{given}</p>{given}", {"x.png": (200, 100)})
    start = '<a class="figure" href="../_images/x.webp"><img alt="a > b" src="../_images/x.webp" '
    size = 'width="100" height="50" style="--width: 100px" '
    first, other = 'fetchpriority="high"></a>', 'loading="lazy" decoding="async"></a>'
    assert page == f"<p>{start}{size}{first}</p>{start}{size}{other}"


def test_an_image_that_is_no_figure_is_left_alone():
    given = '<img alt="" src="_static/logo.png" />'
    assert extension("images").with_images(given, {"x.png": (2, 2)}) == given


BROKEN = """() => [...document.querySelectorAll("article .whole")].filter(
    (span) => span.checkVisibility()).filter((span) => {
  const range = document.createRange();
  range.selectNodeContents(span.lastChild);
  const mark = range.getBoundingClientRect(), formula = span.firstChild.getBoundingClientRect();
  return mark.top > formula.bottom || mark.bottom < formula.top;
}).map((span) => span.textContent)"""


@pytest.mark.parametrize("width", [390, 1280])
def test_no_line_begins_with_the_stop_after_a_formula(browser, server, width):
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(f"{server}/lessons/01-sum-of-three.html")
    assert page.locator(".whole").count() > 20
    assert page.evaluate(BROKEN) == []
    page.close()


@pytest.mark.filterwarnings("ignore:path is deprecated:DeprecationWarning")  # of the font's package
@pytest.mark.parametrize("latex", [r"\alhpa", r"\frac{1}"])
def test_a_slip_in_a_formula_is_said_in_a_line(latex):
    builder = SimpleNamespace(current_docname="lessons/09", app=None)
    with pytest.raises(ValueError, match=r"^lessons/09: expected a formula, got \$.*\$: ") as slip:
        extension("mathml").inline(SimpleNamespace(builder=builder), nodes.math(latex, latex))
    assert latex in str(slip.value)
    assert str(slip.value).isprintable()  # no line more, and no colour of a terminal
