"""What a reader takes home: the archive beside the pages, and the links at the top of a lesson."""

import logging
from pathlib import Path

from tools import archive
from tools.addresses import colab_line, launches


def offer(app, pagename, templatename, context, doctree):
    """Hand the addresses of a lesson on to the template."""
    if pagename.startswith("lessons/"):
        repository = app.config.repository
        context["lesson"] = pagename.removeprefix("lessons/")
        context["launches"] = launches(context["lesson"], repository, app.config.branch)
        context["colab_line"] = colab_line(repository)


def write(app, exception):
    """Write the student copies and the archive once the pages are written."""
    if exception is None:
        # the style of the dark code, once imported, lets every logger of Python speak
        logging.getLogger("flit_core").setLevel(logging.WARNING)
        archive.write(Path(app.outdir))


def setup(app):
    """Register the settings, the links and the archive."""
    app.add_config_value("repository", "", "html", str)
    app.add_config_value("branch", "main", "html", str)
    app.connect("html-page-context", offer)
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
