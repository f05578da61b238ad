"""What the make targets run: set-up, notebooks, claims, studies, site."""

import os
from pathlib import Path

ROOT = Path(__file__).parents[1]


def write_whole(path, text):
    """Write a file so that it is there whole or, after any failure, as it was."""
    new = path.with_name(path.name + ".new")
    try:
        new.write_text(text, encoding="utf-8")
        os.replace(new, path)
    finally:
        new.unlink(missing_ok=True)
