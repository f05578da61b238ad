"""Text as numbers, and the target at each character."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.tasks import decode, encode, next_characters


@given(st.text("helo", min_size=1))
def test_decode_undoes_encode(text):
    assert decode(encode(text, "ohle"), "ohle") == text


def test_the_target_is_the_character_after_each():
    inputs, targets = next_characters(["hello", "ohell"], "helo")
    assert inputs.tolist() == [[0, 1, 2, 2], [3, 0, 1, 2]]
    assert targets.tolist() == [[1, 2, 2, 3], [0, 1, 2, 2]]


def test_one_letter_is_an_alphabet():
    assert encode("aa", "a").tolist() == [0, 0]


def test_words_of_two_characters_have_one_to_see_and_one_to_say():
    inputs, targets = next_characters(["ab", "ba"], "ab")
    assert inputs.tolist() == [[0], [1]]
    assert targets.tolist() == [[1], [0]]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("ab", "^words: expected a list of texts, at least one, got 'ab'$"),
        (
            ["a" * length for length in range(12, 0, -1)],
            r"^words: expected one length, of 2 characters or more, "
            r"got lengths \[1, 2, 3, 4, 5, 6, 7, 8, 9\]$",
        ),
    ],
)
def test_the_message_shows_what_the_words_are_and_not_too_much_of_it(words, message):
    with pytest.raises(ValueError, match=message):
        next_characters(words, "ab")


@pytest.mark.parametrize(
    ("function", "given", "name"),
    [
        (encode, ("", "ab"), "text"),
        (encode, (None, "ab"), "text"),
        (encode, ("abc", "ab"), "text"),
        (encode, ("a", "aa"), "alphabet"),
        (encode, ("a", ""), "alphabet"),
        (decode, ([2], "ab"), "numbers"),
        (decode, ([-1], "ab"), "numbers"),
        (decode, ([[0]], "ab"), "numbers"),
        (next_characters, ("ab", "ab"), "words"),
        (next_characters, ([], "ab"), "words"),
        (next_characters, (["a"], "ab"), "words"),
        (next_characters, (["ab", ""], "ab"), "words"),
        (next_characters, (["ab", "aba"], "ab"), "words"),
    ],
)
def test_bad_text_is_refused(function, given, name):
    with pytest.raises(ValueError, match=f"{name}: expected"):
        function(*given)
