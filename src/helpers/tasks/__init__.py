"""What networks are asked to do: data drawn from a random generator, or complete."""

from helpers.tasks.addition import (
    carries_of, every_pair, hard_pairs, numbers_of, random_pairs, sums_of,
)
from helpers.tasks.characters import decode, encode, next_characters
from helpers.tasks.dates import (
    ISO, WRITTEN, date_pairs, date_texts, rows_of, split_days,
)
from helpers.tasks.digits import every_triple, one_hot, random_digits, sum_task
from helpers.tasks.marked_text import ALPHABET, MarkedText, least_loss, marked_text
from helpers.tasks.memory import adding, equal_runs, recall
from helpers.tasks.pairs import END, FIRST, PAD, START, as_text, copying
from helpers.tasks.prose import (
    NGrams, bits, divergence, in_rows, kept_back, last_characters,
    least_divergence, series_prose, share_continued, tempered,
)
from helpers.tasks.scenes import (
    KINDS, WORDS, as_image, captions, drawn_from, every_scene, in_words, pictures,
    scenes_with, split_scenes,
)
from helpers.tasks.tags import same_digit, same_digit_task, sums_from_the_top
