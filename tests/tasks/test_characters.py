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
