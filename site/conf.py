"""Sphinx settings: the site is rendered from stored outputs and executes nothing."""

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from tools.addresses import addresses
from tools.notebooks import notebooks
from tools.wheel import BACKUPS

project = "What RNNs Learn"
author = "The What RNNs Learn authors"
copyright = "2026, the What RNNs Learn authors"
extensions = [
    "myst_nb",
    "sphinx_copybutton",
    "_extensions.accessible",
    "_extensions.addressed",
    "_extensions.cards",
    "_extensions.described",
    "_extensions.drawers",
    "_extensions.figure_page",
    "_extensions.folds",
    "_extensions.images",
    "_extensions.ledger",
    "_extensions.lesson_cards",
    "_extensions.links",
    "_extensions.made_with",
    "_extensions.mathml",
    "_extensions.one_sheet",
    "_extensions.passages",
    "_extensions.playable",
    "_extensions.policy",
    "_extensions.rooms",
    "_extensions.side_roads",
    "_extensions.take_home",
    "_extensions.teaching",
    "_extensions.ticks",
    "_extensions.unbroken",
]
# in the folder of the lessons a reader may have files of their own, and they stay there
include_patterns = ["*.md", "helpers/*.md", *(f"lessons/{path.name}" for path in notebooks())]
nitpicky = True

nb_execution_mode = "off"
nb_merge_streams = True
nb_code_prompt_show = "Show the {type}"
nb_code_prompt_hide = "Hide the {type}"
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3

html_baseurl, repository, branch = (addresses()[name] for name in ("site", "repository", "branch"))
html_theme = "furo"
html_title = project
pygments_dark_style = "a11y-dark"
html_math_renderer = "mathml"
html_static_path = ["_static"]
html_css_files = ["style.css"]
html_js_files = ["scrollable.js", "unfold.js"]
html_favicon = "_static/favicon.svg"
html_theme_options = {"top_of_page_buttons": []}
html_use_index = False
templates_path = ["_templates"]
STATIC = Path(__file__).with_name("_static")
OURS = re.compile(r"([a-z]+/)*[a-z][a-z-]*\.(css|js|png|svg)")  # as they are named there
paths = [str(path.relative_to(STATIC)) for path in STATIC.rglob("*") if path.is_file()]
# what a Mac leaves beside files on other disks, editors beside all, and anybody in _static
exclude_patterns = ["._*", "**/._*", *(f"**/{pattern}" for pattern in BACKUPS)]
exclude_patterns += [path.replace("[", "?") for path in paths if not OURS.fullmatch(path)]
html_sourcelink_suffix = ""  # a notebook is offered under its own name
html_show_sphinx = False
copybutton_exclude = ".linenos, .gp"
copybutton_selector = "div:not(.output, .docstring) > div.highlight pre"  # these are for reading

# the pages of the helpers: read from their docstrings, without loading TensorFlow
autodoc_mock_imports = ["keras", "tensorflow"]
autodoc_default_options = {"members": True, "member-order": "bysource", "no-index-entry": True}
autodoc_preserve_defaults = True
autodoc_typehints = "none"
add_module_names = False
html_domain_indices = False
