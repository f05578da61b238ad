"""Text as numbers: each character is its place in an alphabet."""

import numpy as np

from helpers.lesson.arguments import require, symbols


def encode(text, alphabet):
    """Return the place of each character of `text` in `alphabet`: int array (time,)."""
    places = {character: place for place, character in enumerate(letters(alphabet))}
    is_text = isinstance(text, str) and len(text) > 0
    require(is_text, "text", repr(text), "a string with at least one character")
    unknown = [character for character in text if character not in places]
    require(not unknown, "text", repr(unknown[:1]), f"characters of {alphabet!r}")
    return np.array([places[character] for character in text])


def decode(numbers, alphabet):
    """Return the text that the places (time,) stand for."""
    places = symbols("numbers", numbers, len(letters(alphabet)), ndim=1)
    return "".join(alphabet[place] for place in places)


def next_characters(words, alphabet):
    """Return what a network sees, and what it shall say: the character after each.

    words    a list of strings of one length
    returns  inputs and targets, int arrays (words, length − 1)
    """
    is_list = isinstance(words, list | tuple) and len(words) > 0
    require(is_list, "words", repr(words), "a list of words")
    numbers = [encode(word, alphabet) for word in words]
    lengths = sorted({len(each) for each in numbers})
    fits = len(lengths) == 1 and lengths[0] > 1
    require(fits, "words", f"lengths {lengths}", "one length, of 2 characters or more")
    return np.array(numbers)[:, :-1], np.array(numbers)[:, 1:]


def letters(alphabet):
    """Return the alphabet; ValueError unless its characters all differ."""
    is_one = isinstance(alphabet, str) and 0 < len(alphabet) == len(set(alphabet))
    require(is_one, "alphabet", repr(alphabet), "a string of different characters")
    return alphabet
