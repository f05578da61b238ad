"""The text with a known hidden state."""

import numpy as np
import pytest

from helpers.tasks import ALPHABET, MarkedText, least_loss, marked_text
from helpers.tasks.marked_text import chances


@pytest.fixture(scope="module")
def text():
    return marked_text(np.random.default_rng(1), 64, 1000)


def test_the_hidden_state_follows_from_the_characters(text):
    for row in range(3):
        quote, depth, position = (getattr(text, name)[row, 0] for name in MarkedText._fields[1:])
        for t in range(1, 1000):
            character = ALPHABET[text.characters[row, t]]
            quote ^= character == '"'
            depth += {"(": 1, ")": -1}.get(character, 0)
            position = 0 if character == "\n" else position + 1
            found = [getattr(text, name)[row, t] for name in MarkedText._fields[1:]]
            assert found == [quote, depth, position]


def test_the_rules_of_the_text_hold(text):
    letters = np.array(list(ALPHABET))[text.characters]
    assert ((text.position >= 0) & (text.position <= 16)).all()
    assert ((text.depth >= 0) & (text.depth <= 3)).all()
    ends = letters[:, 1:] == "\n"
    assert (ends == (text.position[:, :-1] == 16)).all()
    inside = text.quote[:, :-1] == 1
    assert not np.isin(letters[:, 1:][inside], ["(", ")", " "]).any()


def test_characters_are_as_frequent_as_the_table_says(text):
    assert chances().sum(axis=-1) == pytest.approx(np.ones((2, 4)))
    before = text.position[:, :-1] < 16
    for quote in (0, 1):
        for depth in range(4):
            here = before & (text.quote[:, :-1] == quote) & (text.depth[:, :-1] == depth)
            counts = np.bincount(text.characters[:, 1:][here], minlength=9)
            assert counts / here.sum() == pytest.approx(chances()[quote, depth], abs=0.02)


def test_in_quotes_are_letters_two_of_them_frequent_and_their_end():
    a, b, c, d, space, quote = chances()[1, :, :6].T.round(12)
    assert set(a) == set(b) == {0.36}
    assert set(c) == set(d) == {0.09}
    assert set(space) == {0.0}
    assert set(quote) == {0.1}


def test_outside_quotes_are_all_characters_two_of_them_frequent():
    alone, within, _, deepest = chances()[0]
    assert within == pytest.approx([0.06, 0.06, 0.26, 0.26, 0.12, 0.06, 0.08, 0.1, 0])
    assert alone == pytest.approx(np.where(np.arange(9) == 7, 0, within) / 0.9)
    assert deepest == pytest.approx(np.where(np.arange(9) == 6, 0, within) / 0.92)


def test_who_knows_all_pays_the_entropy_of_the_table(text):
    before = text.position[:, :-1].ravel() < 16
    table = chances()[text.quote[:, :-1].ravel(), text.depth[:, :-1].ravel()]
    entropies = -np.sum(table * np.log(np.where(table > 0, table, 1)), axis=-1)
    assert least_loss(text) == pytest.approx(np.mean(entropies * before), abs=0.01)


def test_who_knows_nothing_pays_the_entropy_of_the_characters(text):
    shares = np.bincount(text.characters[:, 1:].ravel()) / text.characters[:, 1:].size
    assert least_loss(text, ()) == pytest.approx(-np.sum(shares * np.log(shares)))


def test_the_same_seed_gives_the_same_text_and_another_another():
    one, same, other = (marked_text(np.random.default_rng(s), 2, 50).characters for s in (1, 1, 2))
    assert (one == same).all()
    assert (one != other).any()


@pytest.mark.parametrize(
    ("known", "loss"),
    [((), 1.0), (("depth",), 1.0), (("position",), 0.0), (("depth", "position"), 0.0)],
)
def test_of_two_characters_to_come_each_costs_one_bit_unless_it_is_known_which(known, loss):
    places = np.array([[0, 1, 2]])
    text = MarkedText(places, quote=0 * places, depth=0 * places, position=places)
    assert least_loss(text, known) == pytest.approx(loss * np.log(2))


def test_two_characters_are_a_text():
    text = marked_text(np.random.default_rng(1), 1, 2)
    assert least_loss(text) == 0  # nothing else was seen to follow


def test_the_message_shows_shapes_that_differ(text):
    row = MarkedText(*(each[:2, :9] for each in text))
    message = (
        r"^text: expected one shape, 2 characters or more, "
        r"got shapes \[\(2, 9\), \(2, 8\), \(2, 9\), \(2, 9\)\]$"
    )
    with pytest.raises(ValueError, match=message):
        least_loss(row._replace(quote=row.quote[:, 1:]))


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda text: marked_text(1, 1, 1), "rng"),
        (lambda text: marked_text(np.random.default_rng(1), 0, 1), "texts"),
        (lambda text: marked_text(np.random.default_rng(1), 1, 0), "length"),
        (lambda text: least_loss(text, ("quote", "colour")), "known"),
        (lambda text: least_loss(text, "quote"), "known"),
        (lambda text: least_loss(None), "text"),
        (lambda text: least_loss(text._replace(depth=text.depth + 1)), "text"),
        (lambda text: least_loss(text._replace(quote=text.quote[:, 1:])), "text"),
        (lambda text: least_loss(text._replace(depth=np.ma.array(text.depth))), "text"),
        (lambda text: least_loss(MarkedText(*(each[:, :1] for each in text))), "text"),
    ],
)
def test_bad_arguments_are_refused(call, name, text):
    with pytest.raises(ValueError, match=f"{name}: expected"):
        call(text)


def test_the_first_line_begins_at_any_place():
    firsts = marked_text(np.random.default_rng(1), 8000, 1).position[:, 0]
    assert np.bincount(firsts, minlength=17) == pytest.approx(np.array([0] + [500] * 16), abs=100)


def test_each_text_draws_its_own_characters():
    texts = marked_text(np.random.default_rng(1), 1000, 1)
    drawn = texts.characters[texts.position[:, 0] > 1, 0]  # all of them outside quotes
    chances_of = np.bincount(drawn, minlength=len(ALPHABET)) / len(drawn)
    assert chances_of == pytest.approx(chances(1.0)[0, 0], abs=0.06)


def test_brackets_may_be_more_frequent_and_nothing_else_beside_them():
    usual, more = chances()[0, 1], chances(brackets=3)[0, 1]
    opening, closing = ALPHABET.index("("), ALPHABET.index(")")
    letter = ALPHABET.index("c")
    for sign in (opening, closing):
        assert more[sign] / more[letter] == pytest.approx(3 * usual[sign] / usual[letter])
    assert more[0] / more[letter] == pytest.approx(usual[0] / usual[letter])
    few, many = (marked_text(np.random.default_rng(1), 32, 500, n) for n in (1, 3))
    shares = [np.isin(each.characters, (opening, closing)).mean() for each in (few, many)]
    assert shares[1] > 1.5 * shares[0]
    with pytest.raises(ValueError, match="brackets: expected"):
        marked_text(np.random.default_rng(1), 2, 20, brackets=0)


@pytest.mark.parametrize(("name", "most"), [("quote", 1), ("depth", 3), ("position", 16)])
def test_a_hidden_state_that_cannot_be_is_refused(name, most):
    text = marked_text(np.random.default_rng(1), 2, 30)
    values = getattr(text, name).copy()
    values[0, 0] = most
    least_loss(text._replace(**{name: values}))
    values[0, 0] = most + 1
    with pytest.raises(ValueError, match=f"text: expected whole numbers from 0 to {most}"):
        least_loss(text._replace(**{name: values}))


def test_what_is_known_twice_is_known_once(text):
    for name in ("quote", "position"):
        assert least_loss(text, [name] * 64) == least_loss(text, [name])
