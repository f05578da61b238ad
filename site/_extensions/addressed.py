"""What a site needs once it has an address (`html_baseurl`): a map, and a page for wrong ones."""

import re
from html import escape
from pathlib import Path

from .described import from_base

NOT_FOUND = "404"
LINK = re.compile(r'\b(href|src|action|data-content_root)="(?!#|[a-z]+:)(?:\./)?([^"]*)"')
HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
SCHEMA = "http://www.sitemaps.org/schemas/sitemap/0.9"


def finish(app, exception):
    """Write the map, and mend the links of the page for wrong addresses."""
    base = app.config.html_baseurl
    if exception is None and base:
        write_map(app, base)
        page = Path(app.outdir) / f"{NOT_FOUND}.html"
        page.write_text(from_anywhere(page.read_text(encoding="utf-8"), base), encoding="utf-8")


def write_map(app, base):
    """Write the addresses of all pages that a reader may look for."""
    names = sorted(app.env.all_docs.keys() - {NOT_FOUND})
    addresses = [from_base(base, app.builder.get_target_uri(name)) for name in names]
    lines = [f"<url><loc>{escape(address)}</loc></url>" for address in addresses]
    text = "\n".join([f'{HEAD}<urlset xmlns="{SCHEMA}">', *lines, "</urlset>\n"])
    (Path(app.outdir) / "sitemap.xml").write_text(text, encoding="utf-8")


def from_anywhere(text, base):
    """Return a page with whole addresses: a server shows it in any folder that there is not."""
    return LINK.sub(lambda found: f'{found[1]}="{from_base(base, found[2])}"', text)


def setup(app):
    """Run after the last page."""
    app.connect("build-finished", finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
