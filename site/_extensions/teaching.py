"""The directive `for-teachers`: goals, prerequisites, minutes and exercises of the lessons.

A notebook says these itself: in its metadata under `lesson`, and in the heads of its exercises.
"""

import re

from sphinx.util.docutils import SphinxDirective

from tools.notebooks import notebooks, read

EXERCISE = re.compile(r"^### (\d)\. (.+)\n\n\*(Easy|Medium|Hard), (\d+) minutes\.\*", re.MULTILINE)


class ForTeachers(SphinxDirective):
    """Write what a teacher plans with into the page."""

    def run(self):
        """Return a section for each lesson, read as Markdown like the rest of the page."""
        paths = notebooks()
        for path in paths:
            self.env.note_dependency(str(path))
        text = "\n\n".join(section(path.stem, read(path)) for path in paths)
        return self.parse_text_to_nodes(text, allow_section_headings=True)


def section(name, notebook):
    """Return what there is to say of one lesson, in Markdown."""
    lesson = notebook.metadata.lesson
    needs = [link_to(each) for each in lesson.prerequisites] or ["Python, NumPy, school algebra"]
    goals = [f"- {goal}" for goal in lesson.goals]
    rows = [" | ".join(cells) for cells in exercises(notebook)]
    head = ["| Exercise | Difficulty | Minutes |", "| --- | --- | --- |"]
    return "\n".join(
        [
            f"## {link_to(name)}",
            "",
            f"{lesson.minutes} minutes to read. Before it: {', '.join(needs)}. After it one can:",
            "",
            *goals,
            "",
            *head,
            *(f"| {row} |" for row in rows),
        ]
    )


def exercises(notebook):
    """Return title, difficulty and minutes of each exercise."""
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    found = EXERCISE.findall(prose)
    return [(f"{n}. {title}", hard.lower(), time) for n, title, hard, time in found]


def link_to(lesson):
    """Return a link that shows the lesson's title."""
    return f"{{doc}}`/lessons/{lesson}`"


def setup(app):
    """Register the directive."""
    app.add_directive("for-teachers", ForTeachers)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
