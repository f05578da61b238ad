"""Side roads: what stands under a heading of the fourth level becomes a folded box.

The story of a lesson does without them, so they are out of its contents, too.
"""

from docutils import nodes
from sphinx.transforms import SphinxTransform

LEVEL = 4


class side_road(nodes.General, nodes.Element):  # noqa: N801 - as docutils names nodes
    """A box that can be unfolded; its first child is its title."""


class side_road_title(nodes.General, nodes.TextElement):  # noqa: N801
    """What is in the box, shown while it is folded."""


class SideRoads(SphinxTransform):
    """Put boxes in place of sections of the fourth level."""

    default_priority = 400  # before the contents of the page are collected

    def apply(self):
        """Replace each such section."""
        for section in list(self.document.findall(nodes.section)):
            if level_of(section) == LEVEL:
                title, *body = section.children
                box = side_road("", side_road_title("", "", *title.children), *body)
                box["ids"] = section["ids"]
                section.replace_self(box)


def level_of(section):
    """Return how many sections a section is in, itself counted."""
    level = 0
    while section is not None:
        level += isinstance(section, nodes.section)
        section = section.parent
    return level


def open_box(translator, node):
    """Begin the box."""
    translator.body.append(translator.starttag(node, "details", CLASS="side-road"))


def close_box(translator, node):
    """End the box."""
    translator.body.append("</details>\n")


def open_title(translator, node):
    """Begin the title."""
    translator.body.append("<summary>")


def close_title(translator, node):
    """End the title."""
    translator.body.append("</summary>\n")


def setup(app):
    """Register the transform, and how its nodes become HTML."""
    app.add_node(side_road, html=(open_box, close_box))
    app.add_node(side_road_title, html=(open_title, close_title))
    app.add_transform(SideRoads)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
