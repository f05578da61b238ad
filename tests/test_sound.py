"""What a site cannot be made of is named, before anything is made."""

import base64
import contextlib
import os
import runpy
import shutil
import warnings
from copy import deepcopy

import nbformat
import pytest
from sphinx.errors import ConfigError, ExtensionError
from sphinx.util.matching import Matcher

from tools import ROOT, digests, notebooks, site, sound, studies, text_in

PATH = notebooks.notebooks("05b")[0]
LESSON = notebooks.read(PATH)


@pytest.fixture
def lesson():
    return deepcopy(LESSON)


def figure(lesson):
    """Return a cell with a figure."""
    return next(cell for cell in lesson.cells if "outputs" in cell and notebooks.has_picture(cell))


def test_all_that_there_is_can_be_shown():
    sound.require_records()
    sound.look_over()


@pytest.mark.parametrize(
    "part",
    [
        "site/helpers/engine.md",
        "site/_static/style.css",
        "site/_templates/a.html",
        "src/helpers/engine/layers.py",
        "studies/recall.py",
        "README.md",
        "environment.yml",
    ],
)
def test_a_part_of_the_site_that_is_two_is_named(tmp_path, monkeypatch, part):
    for name in ("site", "src", "studies"):
        shutil.copytree(ROOT / name, tmp_path / name, symlinks=True)
    for name in (*sound.TEXTS, "notebooks"):
        (tmp_path / name).symlink_to(ROOT / name)
    monkeypatch.setattr(sound, "ROOT", tmp_path)
    sound.look_over()
    path = tmp_path / part
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)  # it may be a link to our own
    path.write_text("a\n<<<<<<< HEAD\n")
    with pytest.raises(ValueError, match=f"^{path.name}: line 2 is of a merge that was not ended"):
        sound.look_over()


def test_a_lesson_that_is_two_is_named(monkeypatch):
    def read(path):
        lesson = notebooks.read(path)
        lesson.cells[2].source += "\n# >>>>>>> theirs"
        return lesson

    monkeypatch.setattr(sound, "read", read)
    with pytest.raises(ValueError, match=r"^01-sum-of-three, cell 3: line \d+ is of a merge that"):
        sound.look_over()


def cleared(cell):
    """Leave nothing of a run in a cell of code."""
    cell.update(outputs=[], execution_count=None)


LOST = {
    "all outputs but those of its card": (
        lambda lesson: [cleared(cell) for cell in lesson.cells[:-1] if "outputs" in cell],
        r"cell \d+ to have been run as number 1, got None",
    ),
    "a figure": (
        lambda lesson: figure(lesson).update(outputs=[]),
        r"a figure in cell \d+, which ends with plt\.show\(\), got none",
    ),
}


@pytest.mark.parametrize(("lose", "wanted"), LOST.values(), ids=LOST)
def test_a_lesson_that_has_lost_what_it_showed_is_named_and_not_rendered_as_stored(
    monkeypatch, lose, wanted
):
    """Though nothing is executed, and one that is merely stale is rendered."""

    def read(path):
        lesson = notebooks.read(path)
        if path == PATH:
            lesson.metadata["executed_from"] = "of older code"
            lose(lesson)
        return lesson

    monkeypatch.setattr(sound, "read", read)
    monkeypatch.setattr(site, "render", lambda: pytest.fail("it was rendered"))
    monkeypatch.setattr("sys.argv", ["site", "--as-stored"])
    with pytest.raises(ValueError, match=f"^05b-shapes-in-keras: expected {wanted}$"):
        site.main()


def twice(lesson):
    lesson.cells[1].id = lesson.cells[2].id


SPOILT = {
    "tags that are a word": lambda lesson: lesson.cells[0].metadata.update(tags="solution"),
    "two cells of one name": twice,
    "a cell without a name": lambda lesson: lesson.cells[1].pop("id"),
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_what_is_no_valid_notebook_is_named_and_nothing_else_is_said(
    tmp_path, lesson, spoil, capfd
):
    spoil(lesson)
    path = tmp_path / PATH.name
    path.write_text(nbformat.v4.writes(lesson))
    with pytest.raises(ValueError, match=r"05b-shapes-in-keras\.ipynb is not a notebook: "):
        notebooks.read(path)
    assert capfd.readouterr() == ("", "")


def test_two_lessons_of_one_number_are_refused(tmp_path, monkeypatch):
    for name in ("05b-shapes-in-keras.ipynb", "05b-again.ipynb"):
        (tmp_path / name).touch()
    monkeypatch.setattr(notebooks, "NOTEBOOKS", tmp_path)
    with pytest.raises(ValueError, match="notebooks: expected one lesson 05b, got 2 files"):
        notebooks.notebooks()


LESSONS = {path.stem for path in notebooks.notebooks()}
NO_CARDS = [
    *[(key, value) for key in sound.CARD["required"] for value in (None, 3.5)],
    *[
        ("goals", []),
        ("goals", [1]),
        ("goals", ["a", None]),
        ("goals", [" "]),
        ("goals", ["a\n\n# Big"]),
    ],
    *[("minutes", -5), ("minutes", 0), ("minutes", True), ("minutes", 10**9), ("minutes", "20")],
    *[("wrong_answers", [3]), ("wrong_answers", [["a"]]), ("wrong_answers", [["a", "b", "c"]])],
    *[("wrong_answers", ["ab"]), ("wrong_answers", [["a", 1]]), ("shows", ""), ("authors", ["a"])],
]


@pytest.mark.parametrize(("key", "value"), NO_CARDS)
def test_a_lesson_that_does_not_say_what_its_card_tells_is_named(lesson, key, value):
    sound.require_card("05b", lesson, LESSONS)
    lesson.metadata.lesson[key] = value
    with pytest.raises(ValueError, match=rf"^05b: metadata\.lesson.*{key}"):
        sound.require_card("05b", lesson, LESSONS)


@pytest.mark.parametrize("card", [None, "a card", [1]])
def test_a_lesson_without_a_card_is_named(lesson, card):
    lesson.metadata["lesson"] = card
    with pytest.raises(ValueError, match=r"^05b: metadata\.lesson: .* is not of type 'object'"):
        sound.require_card("05b", lesson, LESSONS)
    del lesson.metadata["lesson"]
    with pytest.raises(ValueError, match=r"^05b: metadata\.lesson: None is not of type 'object'"):
        sound.require_card("05b", lesson, LESSONS)


def test_a_lesson_that_needs_one_that_is_not_there_is_named(lesson):
    lesson.metadata.lesson.prerequisites.append("99-nothing")
    with pytest.raises(ValueError, match="05b: expected lessons as prerequisites, got '99-noth"):
        sound.require_card("05b", lesson, LESSONS)


@pytest.mark.parametrize(
    "words", [["a"], "a", {"image": None}, {"image": {"alt": 3}}, {"image": {"alt": " "}},
              {"image": {}}, {"image": {"alt": "a", "width": "9"}}, {"render": 1}],
)  # fmt: skip
def test_what_a_cell_says_of_its_figure_is_words(lesson, words):
    figure(lesson).metadata["mystnb"] = words
    with pytest.raises(ValueError, match=r"^05b: metadata of cell \d+\.mystnb"):
        sound.require_card("05b", lesson, LESSONS)


def of_format(minor):
    return lambda lesson: lesson.update(nbformat_minor=minor)


def with_words(words):
    """Return what ends the prose of a lesson's first cell with some words."""
    return lambda lesson: lesson.cells[0].update(source=f"{lesson.cells[0].source}\n\n{words}")


MISSHAPEN = {
    "an older format": (
        of_format(4),
        r"expected a notebook of format 4\.5: make notebooks ONLY=05b, got 4\.4",
    ),
    "a format of tomorrow": (of_format(99), r"expected a notebook of format 4\.5: .*, got 4\.99"),
    "no kernel": (
        lambda lesson: lesson.metadata.pop("kernelspec"),
        "expected its kernel, python3, and its language: make notebooks ONLY=05b",
    ),
    "no language": (
        lambda lesson: lesson.metadata.pop("language_info"),
        "expected its kernel, python3, and its language: make notebooks ONLY=05b",
    ),
    "another editor's kernel": (
        lambda lesson: lesson.metadata.kernelspec.update(name=".venv (3.12.3)"),
        "expected its kernel, python3, and its language: make notebooks ONLY=05b",
    ),
    "no cells": (lambda lesson: lesson.update(cells=[]), "expected a first cell with a title"),
    "no title": (
        lambda lesson: lesson.cells[0].update(source="words"),
        "expected a first cell with a ",
    ),
    "a raw cell": (
        lambda lesson: lesson.cells.append(nbformat.v4.new_raw_cell("<b>")),
        r"expected prose or code, got a raw cell \d+",
    ),
    "a picture from a file": (
        lambda lesson: lesson.cells[0].update(source="# Title\n\n![A photograph](photo.png)"),
        "expected figures made by code, got a file in cell 1",
    ),
    "a picture from a file, in HTML": (
        lambda lesson: lesson.cells[0].update(source='# Title\n\n<IMG src="photo.png">'),
        "expected figures made by code, got a file in cell 1",
    ),
    "a picture that is named below": (
        lambda lesson: lesson.cells[0].update(source="# Title\n\n![net]\n\n[net]: net.png"),
        "expected figures made by code, got a file in cell 1",
    ),
    "a comment without end": (
        with_words("<!-- a better word"),
        r"expected of HTML .*, got <!-- in",
    ),
    "a box without end": (
        with_words("<details><summary>More</summary>\n\nWords."),
        "expected of HTML only details, em, summary, .*, got <details> in cell 1",
    ),
    "an end too many": (with_words("</details>"), "expected of HTML .*, got </details> in cell 1"),
    "crossed": (with_words("<em><summary></em></summary>"), "expected of HTML .*, got </em> in"),
    "a word in angles": (with_words("It begins with <start>."), "expected .*, got <start> in"),
    "less than, in prose": (with_words("as *p<q and q>r*"), "expected .*, got <q and q> in cell 1"),
    "a script": (with_words("<script>alert(1)</script>"), "expected .*, got <script> in cell 1"),
    "a frame": (with_words('<iframe src="https://a.b/">'), "expected .*, got <iframe src="),
    "a box with a script": (
        with_words('<details onclick="x()"></details>'),
        "expected of HTML .*, got <details onclick=",
    ),
    "a file in a cell": (
        lambda lesson: lesson.cells[0].update(attachments={"a.png": {"image/png": ""}}),
        "expected figures made by code, got a file in cell 1",
    ),
}


def tagged(tags, *, is_second=False):
    """Return what gives the first cell of a lesson's solutions, or the one below it, other tags."""

    def spoil(lesson):
        starts = [cell.source.startswith("#### Solution") for cell in lesson.cells]
        lesson.cells[starts.index(True) + is_second].metadata.tags = tags

    return spoil


MISTAGGED = {
    "a slip in a tag": (tagged(["Solution"]), r"expected play-…, or .*, got Solution in cell \d+"),
    "another's tag": (tagged(["solution", "hide_input"]), r"expected .*, got hide_input in cell"),
    "no tag": (tagged([]), r"expected the tag solution in cell \d+, of a solution"),
    "no tag below": (tagged([], is_second=True), r"expected the tag solution in cell \d+, of a"),
}


def without_thumbnail(lesson):
    notebooks.figure_of(lesson, "thumbnail").metadata.tags = []


def halved(output):
    """Return a picture that ends too soon."""
    whole = output.data["image/png"]
    return {"image/png": whole[: len(whole) // 8 * 4]}


def damaged(output):
    """Return a picture with a byte in its midst that is another."""
    whole = bytearray(base64.b64decode(output.data["image/png"]))
    whole[len(whole) // 2] ^= 255
    return {"image/png": base64.b64encode(whole).decode()}


def resized(size):
    """Return what gives a figure another size."""
    metadata = {} if size is None else {"image/png": size}
    return lambda lesson: [each.update(metadata=metadata) for each in figure(lesson).outputs]


FADED = {
    "no thumbnail": (without_thumbnail, "expected a figure in a cell that is tagged thumbnail"),
    "no picture": (
        lambda lesson: notebooks.figure_of(lesson, "thumbnail").update(outputs=[]),
        "expected a figure in a cell that is tagged thumbnail",
    ),
    "no size": (resized(None), r"size of the figure in cell \d+: 'image/png' is a required"),
    "a size in words": (
        resized({"width": "wide", "height": 1}),
        r"size of the figure in cell \d+\.image/png\.width: 'wide' is not of type 'integer'",
    ),
    "a size below one": (
        resized({"width": 1, "height": 0}),
        r"size of the figure in cell \d+\.image/png\.height: 0 is less than the minimum",
    ),
    "a damaged picture": (
        lambda lesson: [each.data.update(damaged(each)) for each in figure(lesson).outputs],
        "expected a PNG as the figure in cell",
    ),
    "half a picture": (
        lambda lesson: [each.data.update(halved(each)) for each in figure(lesson).outputs],
        "expected a PNG as the figure in cell",
    ),
    "no picture in it": (
        lambda lesson: [each.data.update({"image/png": "?"}) for each in figure(lesson).outputs],
        "expected a PNG as the figure in cell",
    ),
    "no words": (
        lambda lesson: figure(lesson).metadata.pop("mystnb"),
        "expected alt text of the figure in cell",
    ),
}


FAULTS = [
    *[pytest.param(sound.require_form, *fault, id=name) for name, fault in MISSHAPEN.items()],
    *[pytest.param(sound.require_tags, *fault, id=name) for name, fault in MISTAGGED.items()],
    *[pytest.param(sound.require_figures, *fault, id=name) for name, fault in FADED.items()],
]


@pytest.mark.parametrize(("require", "spoil", "wanted"), FAULTS)
def test_a_lesson_that_cannot_be_shown_is_named(lesson, require, spoil, wanted):
    require("05b", lesson)
    spoil(lesson)
    with pytest.raises(ValueError, match=f"^05b: {wanted}"):
        require("05b", lesson)


def test_what_is_no_html_may_stand_in_prose(lesson):
    words = ["`<start>` and ``a ` <b>``", "$a<b$, and $p<q$ > 1", "x < 3 > 2", "<https://a.b/c?d>",
             "$$\nx<y>z\n$$", "```\n<start>\n```", "~~~python\n<a>", "<!-- a note\nto us -->",
             "<details><summary>*Think*</summary>\n\n<em>b</em>\n\n</details>",
             r"\<start>, and \`<em>b</em>\`"]  # fmt: skip
    for each in words:
        spoiled = deepcopy(lesson)
        with_words(each)(spoiled)
        sound.require_form("05b", spoiled)


new_output = nbformat.v4.new_output
NOT_SHOWN = {
    "an error, NameError,": new_output("error", ename="NameError", evalue="x", traceback=[]),
    "stderr": new_output("stream", name="stderr", text="a warning"),
    "text/html": new_output("display_data", {"text/plain": "", "text/html": "<script>"}),
    "application/javascript": new_output("display_data", {"application/javascript": "1"}),
    "image/svg": new_output("display_data", {"image/svg+xml": "<svg/>"}),
}


@pytest.mark.parametrize(("got", "output"), NOT_SHOWN.items(), ids=NOT_SHOWN)
def test_a_lesson_whose_outputs_are_no_text_and_no_figure_is_named(lesson, got, output):
    sound.require_outputs("05b", lesson)
    next(cell for cell in lesson.cells[3:] if "outputs" in cell).outputs.append(output)
    wanted = rf"05b: expected text and figures, got {got}.* in cell \d"
    with pytest.raises(ValueError, match=wanted):
        sound.require_outputs("05b", lesson)


def test_a_lesson_that_is_too_large_for_a_page_is_named(lesson):
    text = new_output("stream", text="words " * 10**6)
    next(cell for cell in lesson.cells if "outputs" in cell).outputs.append(text)
    with pytest.raises(ValueError, match=r"05b: expected at most 2\.0 MB in all, got 6\.\d MB"):
        sound.require_outputs("05b", lesson)


def test_the_figure_of_a_cell_need_not_be_its_last_output(lesson):
    cell = notebooks.figure_of(lesson, "thumbnail")
    picture = notebooks.png_of(cell)
    cell.outputs.append(nbformat.v4.new_output("stream", text="after it"))
    assert notebooks.png_of(cell) == picture
    with pytest.raises(ValueError, match="expected a figure in a cell with the tags"):
        notebooks.png_of(nbformat.from_dict(cell | {"outputs": cell.outputs[-1:]}))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"caf\xe9", r"page\.md: expected text in UTF-8, .* position 3"),
        (b"a\n<<<<<<< HEAD\nb", r"page\.md: line 2 is of a merge that was not ended"),
        (b"a\n=======\n>>>>>>> theirs", r"page\.md: line 3 is of a merge that was not ended"),
        (b"||||||| base", r"page\.md: line 1 is of a merge that was not ended"),
        (b"a\n\n<b>**<<<<<<< local**</b>", r"page\.md: line 3 is of a merge that was not ended"),
    ],
)
def test_a_page_that_is_no_text_or_two_is_named(tmp_path, content, said):
    (tmp_path / "page.md").write_bytes(content)
    with pytest.raises(ValueError, match=said):
        sound.require_merged("page.md", text_in(tmp_path / "page.md"))


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ConfigError("There is an error:\n\nValueError: site: expected"), "ValueError: site: e"),
        (ExtensionError("Handler <f at 0x7f>", KeyError("rows")), "KeyError: 'rows'"),
        (AttributeError("lesson"), "AttributeError: lesson"),
    ],
)
def test_why_a_site_cannot_be_built_is_said_without_the_words_around_it(error, said):
    assert site.reason(error).startswith(said)


@pytest.mark.parametrize("is_link", [False, True])
def test_a_site_that_is_a_link_stays_one(tmp_path, monkeypatch, is_link):
    home = tmp_path / ("elsewhere" if is_link else "site")
    home.mkdir()
    (home / "old.html").touch()
    if is_link:
        (tmp_path / "site").symlink_to(home)
    monkeypatch.setattr(site, "BUILD", tmp_path)
    monkeypatch.setattr(site, "SITE", tmp_path / "site")

    def build(out):
        out.mkdir()
        (out / "new.html").touch()
        return 0

    monkeypatch.setattr(site, "build", build)
    site.render()
    assert (tmp_path / "site").is_symlink() == is_link
    assert [path.name for path in (tmp_path / "site").iterdir()] == ["new.html"]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted({"site", home.name})


RECORD = '{"seeds": "1 to 3, all of them", "rows": [{"seed": 1}, {"seed": 2}, {"seed": 3}]}'


@pytest.mark.parametrize(
    "content",
    [
        None,
        "{}",
        "[]",
        '{"rows": 3}',
        '{"rows": []}',
        '{"rows": [1]}',
        f"{RECORD}\n<<<<<<< HEAD",
        RECORD.replace("1 to 3", "1 to 4"),
        RECORD.replace("1 to 3", "0 to 3"),
        RECORD.replace('{"seed": 2}, ', ""),
        RECORD.replace('"seed": 2', '"seed": 1'),
        RECORD.replace('{"seed": 2}', "{}"),
        RECORD.replace('"seed": 3', f'"seed": {10**15}').replace("to 3", f"to {10**15}"),
    ],
)
def test_a_study_without_a_whole_record_is_named(tmp_path, content):
    path = tmp_path / "counting.json"
    if content:
        path.write_text(content)
    with pytest.raises(ValueError, match=r"counting\.json: expected a record: make studies ONLY=c"):
        sound.require_record(path)
    path.write_text(RECORD)
    sound.require_record(path)


@pytest.mark.parametrize("copied", [False, True], ids=["an address", "an older copy"])
def test_a_checkout_without_links_is_told_what_to_do(tmp_path, copied):
    if copied:
        shutil.copytree(notebooks.NOTEBOOKS, tmp_path / "lessons")
        sound.require_link(tmp_path / "lessons")
        (tmp_path / "lessons" / "04b-proof.ipynb").write_text("{}")
    else:
        (tmp_path / "lessons").write_text("../notebooks")
    with pytest.raises(ValueError, match="lessons: expected a link to a folder: git config"):
        sound.require_link(tmp_path / "lessons")


def test_sources_that_are_no_text_are_named(tmp_path, monkeypatch):
    (tmp_path / "latin.py").write_bytes(b"# caf\xe9")
    monkeypatch.setattr(studies, "STUDIES", tmp_path)
    with pytest.raises(ValueError, match=r"latin\.py: expected text in UTF-8"):
        studies.names()
    with pytest.raises(ValueError, match=r"latin\.py: expected text in UTF-8"):
        digests.digest([], [tmp_path / "latin.py"])


def test_a_file_that_somebody_left_open_is_no_business_of_reading_a_lesson(monkeypatch, capsys):
    def read_and_collect(*args, **options):
        open(PATH)  # noqa: SIM115  (it is dropped, and collected here)
        return deepcopy(LESSON)

    monkeypatch.setattr(nbformat, "read", read_and_collect)
    with warnings.catch_warnings(action="ignore"):
        notebooks.read(PATH)
    assert capsys.readouterr().err == ""


@pytest.mark.filterwarnings("ignore")
def test_that_nobody_reads_where_the_site_lies_is_no_failure(monkeypatch):
    for name in ("look_over", "render"):
        monkeypatch.setattr(site, name, lambda: None)
    monkeypatch.setattr("sys.argv", ["site", "--as-stored"])
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w") as nobody:
        monkeypatch.setattr("sys.stdout", nobody)
        site.main()
        with contextlib.suppress(OSError):
            nobody.close()


def test_what_others_leave_beside_the_style_sheet_is_not_published(tmp_path):
    left = ["style.css~", "play/rnn.js.orig", "#style.css#", "Thumbs.db", "notes.txt",
            "style (copy).css", "style.css.save", "my folder/secret.js", "a[1].js"]  # fmt: skip
    ours = ["style.css", "play/rnn.js", "play/sum-training.js", "favicon.svg"]
    for name in (*left, *ours):
        path = tmp_path / "_static" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    shutil.copy(ROOT / "site" / "conf.py", tmp_path)
    settings = runpy.run_path(str(tmp_path / "conf.py"))
    is_left_out = Matcher(settings["exclude_patterns"])
    assert [name for name in [*left, *ours] if is_left_out(name)] == left
