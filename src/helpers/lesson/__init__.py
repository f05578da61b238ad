"""What any lesson needs: claims that are checked, sources shown, records, and rates."""

from helpers.lesson.check import check
from helpers.lesson.rates import rate, wilson_interval
from helpers.lesson.show_source import edited, show_source
from helpers.lesson.studies import as_keras_starts, by_recipe, load_study
