"""All written pages, to be mended once Sphinx is done with them."""

from pathlib import Path


def rewrite(app, change):
    """Replace each page of the site by `change(text, path)`."""
    for page in sorted(Path(app.outdir).rglob("*.html")):
        text = page.read_text(encoding="utf-8")
        page.write_text(change(text, page), encoding="utf-8")


def to_root(app, page):
    """Return the way from a page to the site's root: "" or "../"."""
    return "../" * (len(page.relative_to(app.outdir).parts) - 1)
