"""Pictures in few bytes: a figure of lines and letters needs no more than 256 colours."""

import base64
import io
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from PIL import Image

COLOURS = 256
UNSEEN = 0.5  # of 255 steps of brightness: so little may a picture change on average


def repacked(png):
    """Return a picture in fewer bytes that looks the same.

    A figure has few colours, and in between only the soft edges of its lines; with a palette
    it needs a third of the bytes.  A photograph, or pixels that a lesson shows, would lose by
    that, and keep all colours.
    """
    given = Image.open(io.BytesIO(png)).convert("RGB")
    few = given.quantize(COLOURS, dither=Image.Dither.NONE)
    changed = np.abs(np.subtract(few.convert("RGB"), given, dtype=np.int16)).mean()
    packed = io.BytesIO()
    (few if changed < UNSEEN else given).save(packed, "PNG", optimize=True)
    return min(packed.getvalue(), png, key=len)


def repack_outputs(cells):
    """Put smaller pictures in place of those in the outputs of cells."""
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    data = [output.data for output in outputs if "image/png" in output.get("data", {})]
    with ThreadPoolExecutor() as pool:  # Pillow lets other threads work
        packed = pool.map(repacked, [base64.b64decode(each["image/png"]) for each in data])
        for each, png in zip(data, packed, strict=True):
            each["image/png"] = base64.b64encode(png).decode() + "\n"
