"""The small things that the site needs and no Sphinx extension offers."""
