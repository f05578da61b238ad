"""What others show of a page: search engines its description, messengers a title and picture."""

from html import escape

from docutils import nodes

PICTURE = "_static/readme.png"


def describe(app, pagename, templatename, context, doctree):
    """Add tags to the head of a page that was written by hand."""
    if doctree is None:
        return
    words = description_of(doctree)
    if not list(doctree.findall(is_description)):  # or Sphinx writes it
        context["metatags"] += f'\n<meta name="description" content="{escape(words)}">'
    tags = {"site_name": app.config.project, "title": app.env.titles[pagename].astext()}
    tags |= {"type": "website", "description": words}
    if app.config.html_baseurl:  # only a whole address leads anywhere
        tags |= {"url": context["pageurl"], "image": from_base(app.config.html_baseurl, PICTURE)}
    for name, value in tags.items():
        context["metatags"] += f'\n<meta property="og:{name}" content="{escape(value)}">'


def is_description(node):
    """Tell whether a node is the description in the head of a page's source."""
    return isinstance(node, nodes.meta) and node.get("name") == "description"


def description_of(doctree):
    """Return what the source says of itself, or its first paragraph, as a lesson does."""
    for node in doctree.findall(is_description):
        return node["content"]
    paragraph = next(doctree.findall(nodes.paragraph), nodes.paragraph())
    return " ".join(paragraph.astext().split())


def from_base(base, path):
    """Return the whole address of what lies at a path of the site."""
    return f"{base.rstrip('/')}/{path}"


def setup(app):
    """Run for each page that is written."""
    app.connect("html-page-context", describe)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
