"""The environment of every test and of every kernel that tests start."""

import os

from hypothesis import settings

from helpers.lesson import environment
from tools.notebooks import is_scratch

environment.fix(os.environ)

# no limit on the time of one example: on a busy machine it says nothing about the code
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


def pytest_ignore_collect(collection_path):
    """Leave out notebooks that are no lessons: a reader's own."""
    return True if is_scratch(collection_path) else None
