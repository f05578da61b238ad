"""Text as numbers: each character is its place in an alphabet."""

import numpy as np

from helpers.lesson.arguments import brief, require, symbols


def encode(text, alphabet, name="text"):
    """Return the place of each character of `text` in `alphabet`: int array (time,).

    name  what the text is called where it is wrong
    """
    places = {character: place for place, character in enumerate(letters(alphabet))}
    is_text = isinstance(text, str) and len(text) > 0
    given, known = brief(text), brief(alphabet)
    require(is_text, name, given, "a string with at least one character")
    unknown = [character for character in text if character not in places][:1]
    require(not unknown, name, repr(unknown), f"characters of {known}")
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
    numbers = all_encoded("words", words, alphabet)
    lengths = sorted({len(each) for each in numbers})[:9]
    fits = len(lengths) == 1 and lengths[0] > 1
    require(fits, "words", f"lengths {lengths}", "one length, of 2 characters or more")
    return np.array(numbers)[:, :-1], np.array(numbers)[:, 1:]


def all_encoded(name, texts, alphabet):
    """Return the places of each of some texts, as a list of int arrays."""
    is_list = isinstance(texts, list | tuple) and len(texts) > 0
    require(is_list, name, brief(texts), "a list of texts, at least one")
    return [encode(text, alphabet, name) for text in texts]


def letters(alphabet):
    """Return the alphabet; ValueError unless its characters all differ."""
    is_one = isinstance(alphabet, str) and 0 < len(alphabet) == len(set(alphabet))
    given = brief(alphabet)
    require(is_one, "alphabet", given, "a string of different characters")
    return alphabet
