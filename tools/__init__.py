"""What the make targets run: set-up, notebooks, claims, studies, site."""

import os
from pathlib import Path

ROOT = Path(__file__).parents[1]


def write_whole(path, content):
    """Write text or bytes to a file so that it is there whole or, after any failure, as it was."""
    new = path.with_name(path.name + ".new")
    try:
        new.write_bytes(content if isinstance(content, bytes) else content.encode())
        os.replace(new, path)
    finally:
        new.unlink(missing_ok=True)
