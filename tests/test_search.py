"""The search of the built site: what a reader types leads to the lesson, and to the passage."""

import pytest

from tests.site_code import SITE

LEADS_TO = {
    "vanishing gradient": "06-lstm",
    "forget bias": "06-lstm",
    "attention": "08-attention",
    "proof": "04b-proof",
    "one-hot": "02-one-hot",
    "embedding": "03-embeddings",
    "backpropagation through time": "04-binary-adder",
    "teacher forcing": "07-encoder-decoder",
    "perplexity": "06c-real-text",
    "LSTM": "06-lstm",
    "GRU": "05b-shapes-in-keras",
    "bidirectional": "07b-both-directions",
    "captions": "08b-captions",
    "carry": "04-binary-adder",
    "exploding gradient": "06-lstm",
    "dates": "08-attention",
    "padding mask": "07-encoder-decoder",
    "loss surface": "01-sum-of-three",
    "temperature": "05-char-rnn-hello",
    "minibatch": "01-sum-of-three",
    "quotes cell": "06b-reading-cells",
}
OPENS_AT = {
    "vanishing gradient": "06-lstm.html#vanishing-gradients",
    "forget bias": "06-lstm.html#the-forget-bias",
    "carry": "04-binary-adder.html#built-by-hand",
    "teacher forcing": "07-encoder-decoder.html#copy-what-you-read",
    "temperature": "05-char-rnn-hello.html#let-it-speak",
    "one-hot": "02-one-hot.html",  # the lesson is called so: at its beginning
    "loss surface": "01-sum-of-three.html#the-road-that-it-took",  # found in the text alone
}


@pytest.fixture(scope="module")
def page(browser):
    opened = browser.new_page(bypass_csp=True)  # to wait for something, Playwright calls eval
    opened.set_default_timeout(20_000)
    yield opened
    opened.close()


def found(page, site, query):
    """Return where the results of a search lead to, the first one first."""
    page.goto(f"{site}/search.html?q={query}", wait_until="load")
    page.wait_for_function("Search.status?.innerText")  # written after the last result
    links = page.locator("#search-results li > a")
    return links.evaluate_all("links => links.map(link => link.getAttribute('href'))")


@pytest.mark.parametrize(("query", "lesson"), LEADS_TO.items())
def test_what_a_reader_types_leads_to_the_lesson_first(page, server, query, lesson):
    first = found(page, server, query)[0]
    assert first.split("#")[0] == f"lessons/{lesson}.html"


@pytest.mark.parametrize(("query", "passage"), OPENS_AT.items())
def test_the_first_result_opens_at_the_passage(page, server, query, passage):
    assert found(page, server, query)[0] == f"lessons/{passage}"
    page.locator("#search-results li > a").first.click()
    page.wait_for_url(f"**/{passage}")
    if "#" in passage:
        target = page.locator(":target")
        page.wait_for_function("document.querySelector(':target').getBoundingClientRect().y < 200")
        assert target.evaluate("part => part.getBoundingClientRect().y") >= 0


@pytest.mark.parametrize("query", ["vanishing gradient", "loss surface", "quotes cell"])
def test_from_a_folder_the_search_finds_the_same(page, server, query):
    there = found(page, server, query)
    assert there
    assert found(page, SITE.as_uri(), query) == there


def test_every_result_leads_to_something(page, server):
    links = found(page, server, "network")
    assert len(links) > 20
    for link in links:
        name, _, part = link.partition("#")
        text = (SITE / name).read_text(encoding="utf-8")
        assert not part or f'id="{part}"' in text


def test_a_lesson_gives_three_passages_at_most_and_says_the_section(page, server):
    links = found(page, server, "network")
    pages = [link.split("#")[0] for link in links if link.startswith("lessons/")]
    assert max(map(pages.count, pages)) == 3
    shown = page.locator("#search-results li > a").all_inner_texts()
    assert "6 · The LSTM > " in " ".join(shown)


def test_words_that_stand_far_apart_find_the_page(page, server):
    assert "lessons/06c-real-text.html" in found(page, server, "perplexity Markov heart")


def test_the_helpers_are_found_by_name_after_the_lessons(page, server):
    links = found(page, server, "GRU")
    assert links[0].startswith("lessons/")
    assert "helpers/engine.html#helpers.engine.GRU" in links[:5]


def test_what_nobody_wrote_is_not_found(page, server):
    assert found(page, server, "zyzzyva") == []


def test_a_result_in_a_side_road_opens_it(page, server):
    links = found(page, server, "adding problem")
    (link,) = [each for each in links if each.endswith("#side-road-the-adding-problem")]
    page.goto(f"{server}/{link}", wait_until="load")
    box = page.locator(":target")
    assert box.evaluate("box => box.matches('details.side-road[open]')")
    others = page.locator("details.side-road:not(:target)")
    assert others.count() > 0
    assert not others.first.evaluate("box => box.open")
