"""The directive `for-teachers`: goals, needs, minutes, a path, wrong answers and exercises.

A notebook says these itself: in its metadata under `lesson`, in its sections, and in the heads
of its exercises.
"""

import re

from sphinx.util.docutils import SphinxDirective

from tools.notebooks import notebooks, read

HEAD = re.compile(r"^### \d+\. .+", re.MULTILINE)
EXERCISE = re.compile(r"^### (\d)\. (.+)\n\n\*(Easy|Medium|Hard), (\d+) minutes\.\*", re.MULTILINE)


class ForTeachers(SphinxDirective):
    """Write what a teacher plans with into the page."""

    def run(self):
        """Return a section for each lesson, read as Markdown like the rest of the page."""
        paths = notebooks()
        for path in [__file__, *paths]:
            self.env.note_dependency(str(path))
        text = "\n\n".join(named_section(path.stem, read(path)) for path in paths)
        return self.parse_text_to_nodes(text, allow_section_headings=True)


def named_section(name, notebook):
    """Return the section of a lesson; ValueError, naming it, where it lacks what is told of it."""
    try:
        return section(name, notebook)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


def section(name, notebook):
    """Return what there is to say of one lesson, in Markdown."""
    lesson = notebook.metadata.lesson
    needs = [link_to(each) for each in lesson.prerequisites] or ["Python, NumPy, school algebra"]
    goals = [f"- {goal}" for goal in lesson.goals]
    path = ", ".join(f"{part} {minutes}" for part, minutes in path_of(notebook).items())
    wrong = [f"- “{said}” {reply}" for said, reply in lesson.wrong_answers]
    rows = [" | ".join(cell.replace("|", "\\|") for cell in row) for row in exercises(notebook)]
    head = ["| Exercise | Difficulty | Minutes |", "| --- | --- | --- |"]
    return "\n".join(
        [
            f"## {link_to(name)}",
            "",
            f"{lesson.minutes} minutes to read. Before it: {', '.join(needs)}. After it one can:",
            "",
            *goals,
            "",
            f"A path through it, in minutes: {path}.",
            "",
            "Often said in class:",
            "",
            *wrong,
            "",
            *head,
            *(f"| {row} |" for row in rows),
        ]
    )


def path_of(notebook):
    """Return the minutes for each part of the main road, as shares of the lesson's minutes.

    A line of code that is shown takes as long as five words.  The exercises come after.
    """
    load, part = {}, None
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        if cell.cell_type == "markdown" and "side-road" not in tags:
            for text in re.split(r"^(?=## )", cell.source, flags=re.MULTILINE):
                part = text.splitlines()[0][3:] if text.startswith("## ") else part
                load[part] = load.get(part, 0) + len(text.split())
        elif not {"hide-input", "hide-cell", "side-road"} & set(tags):
            load[part] = load.get(part, 0) + 5 * len(cell.source.splitlines())
    parts = {name: words for name, words in load.items() if name not in (None, "Try")}
    if not any(parts.values()):
        raise ValueError("expected a lesson in sections: ## Task, …")
    share = notebook.metadata.lesson.minutes / sum(parts.values())
    return {name: max(1, round(words * share)) for name, words in parts.items()}


def exercises(notebook):
    """Return title, difficulty and minutes of each exercise."""
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    found, heads = EXERCISE.findall(prose), HEAD.findall(prose)
    if len(found) < len(heads):
        wanted = "exercises that begin with, such as, *Easy, 5 minutes.* below the heading"
        raise ValueError(f"expected {wanted}, got {len(found)} of {len(heads)}")
    return [(f"{n}. {title}", hard.lower(), time) for n, title, hard, time in found]


def link_to(lesson):
    """Return a link that shows the lesson's title."""
    return f"{{doc}}`/lessons/{lesson}`"


def setup(app):
    """Register the directive."""
    app.add_directive("for-teachers", ForTeachers)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
