"""Figures on a page: in few bytes, with their sizes, loaded when they come near, to be enlarged."""

import html
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PIL import Image

from .pages import rewrite

# Sphinx puts a link around an image whose size it knows
IMAGE = re.compile(
    r'(?P<link><a class="reference internal image-reference"[^>]*>)?'
    r'<img alt="(?P<alt>[^"]*)"[^>]* src="(?P<source>[^"]*\.png)"[^>]*>(?(link)\s*</a>)'
)
DENSITY = 2  # pixels of a figure for each pixel of the page


def write_images(app, exception):
    """Make all figures of lessons WebP, and mend the pages that show them."""
    if exception is None:
        paths = sorted((Path(app.outdir) / "_images").glob("*.png"))
        with ThreadPoolExecutor() as pool:  # while it packs, Pillow lets other threads run
            sizes = dict(zip([path.name for path in paths], pool.map(as_webp, paths), strict=True))
        rewrite(app, lambda text, page: with_images(text, sizes))


def as_webp(path):
    """Put a WebP without any loss in the place of a PNG; return its size in pixels."""
    with Image.open(path) as image:
        picture = image.convert("RGB")
    picture.save(path.with_suffix(".webp"), lossless=True, quality=100, method=4)
    path.unlink()
    return picture.size


def with_images(text, sizes):
    """Return a page in which each figure is a link to itself, with its size."""
    first = iter([True])

    def shown(match):
        alt, source = match["alt"], match["source"]
        name = source.rsplit("/", 1)[-1]
        if name not in sizes:
            return match[0]
        width, height = (pixels // DENSITY for pixels in sizes[name])
        # the first stands in the first screen, and is wanted at once
        load = 'fetchpriority="high"' if next(first, False) else 'loading="lazy" decoding="async"'
        target = html.escape(source.removesuffix(".png") + ".webp")
        return (
            f'<a class="figure" href="{target}"><img alt="{alt}" src="{target}" '
            f'width="{width}" height="{height}" style="--width: {width}px" {load}></a>'
        )

    return IMAGE.sub(shown, text)


def setup(app):
    """Run after the last page."""
    app.connect("build-finished", write_images)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
