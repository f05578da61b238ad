"""The foot of a lesson's page says which versions made its outputs."""

import json


def tell(app, pagename, templatename, context, doctree):
    """Hand the versions that a notebook names on to the template."""
    if pagename.startswith("lessons/"):
        source = app.env.doc2path(pagename)
        with open(source, encoding="utf-8") as file:
            context["made_with"] = json.load(file)["metadata"].get("made_with")


def setup(app):
    """Run for each page that is written."""
    app.connect("html-page-context", tell)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
