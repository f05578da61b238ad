"""The search leads to passages: Sphinx's index takes each section for a page of its own.

Such a page is called `page#number#section`, so that names sort as a reader meets them.
`_static/passages.js` makes the link, and the order of what is found.
"""

from functools import cache

from docutils import nodes
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.search import IndexBuilder

from .side_roads import side_road


class PassageIndex(IndexBuilder):
    """Sphinx's index, with sections and side roads beside the pages."""

    def __init__(self, *arguments):
        """Remember the stem of each word: it stands in many passages."""
        super().__init__(*arguments)
        self.lang.stem = cache(self.lang.stem)

    def feed(self, docname, filename, title, doctree):
        """Take in a page as a whole, for words that stand far apart, then its passages."""
        super().feed(docname, filename, title, doctree)
        for number, passage in enumerate(passages(doctree.deepcopy())):
            name = f"{docname}#{number:03}#{passage['ids'][0]}"
            super().feed(name, filename, passage[0].astext(), passage)
            self._index_entries[name] = []  # the page has them

    def prune(self, docnames):
        """Forget pages that are no more, and their passages."""
        super().prune([name for name in self._titles if name.split("#")[0] in docnames])

    def _word_collector(self, doctree):
        """Take for a title what names the page or passage, and no title of another one."""
        found, text = super()._word_collector(doctree), " ".join(names_in(doctree))
        found.titles, found.title_words = found.titles[:1], self.lang.split(text)
        return found


def passages(document):
    """Cut a page into its sections, none within another, without the first: the page."""
    found = [*document.findall(is_passage)][1:]
    for passage in reversed(found):  # those within others come first
        passage.parent.remove(passage)
        passage[0] = nodes.title("", "", *passage[0].children)
    return found


def is_passage(node):
    """Tell whether a node has a heading and can be linked to."""
    return isinstance(node, nodes.section | side_road)


def names_in(tree):
    """Yield the title, and what is in italics or bold: new words, where they are explained."""
    whole = next(tree.findall(is_passage), None)
    for node in tree.findall(lambda n: isinstance(n, nodes.title | nodes.emphasis | nodes.strong)):
        above = node.parent
        while above is not None and not is_passage(above):
            above = above.parent
        if above is whole:
            yield node.astext()


class HTMLByPassage(StandaloneHTMLBuilder):
    """Sphinx's builder for pages, with this index."""

    def load_indexer(self, docnames):
        """Put the index in the place of Sphinx's, which was made the line before."""
        options, scorer = self.config.html_search_options, self.config.html_search_scorer
        self.indexer = PassageIndex(self.env, self.indexer.lang.lang, options, scorer)
        super().load_indexer(docnames)


def setup(app):
    """Put the builder in the place of Sphinx's."""
    app.add_builder(HTMLByPassage, override=True)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
