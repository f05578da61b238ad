"""The environment of every test and of every kernel that tests start."""

import os

from helpers import environment

environment.fix(os.environ)
