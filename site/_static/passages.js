// A search leads to passages.  The index has each section as a page of its own, under the name
// `page#number#section`.  What Sphinx finds there is put in order, and made a link, here.
"use strict";

{
  const MOST = 3; // passages of one page
  const pageOf = (result) => result[0].split("#")[0];
  const isWhole = (result) => pageOf(result) === result[0];
  const numberOf = (name) => Search._index.docnames.indexOf(name);

  // the share of the words that stand in the title, or in italics
  const named = (words, result) => {
    const has = (word) => [Search._index.titleterms[word] ?? []].flat();
    const count = [...words].filter((word) => has(word).includes(numberOf(result[0]))).length;
    return count / words.size;
  };

  const byPage = (results) => {
    const pages = new Map();
    for (const result of results) {
      const page = pageOf(result);
      pages.set(page, [...(pages.get(page) ?? []), result]);
    }
    return [...pages.values()];
  };

  // First what is named so, in a lesson, on the page with the most passages about it.
  const ranked = (words, results) => {
    const pages = byPage(results);
    const most = Math.max(...pages.map((found) => found.length));
    return pages.flatMap((found) => {
      const about = (10 * found.length) / most + 5 * pageOf(found[0]).startsWith("lessons/");
      for (const result of found) {
        const sooner = numberOf(result[0]) / Search._index.docnames.length;
        result[4] = 10 * named(words, result) + about - sooner / 10;
      }
      // a whole page says less than a passage of it, unless the page itself is named so
      const told = found.filter((r) => found.length === 1 || !isWhole(r) || named(words, r) === 1);
      return told.sort((a, b) => b[4] - a[4]).slice(0, MOST);
    });
  };

  const find = Search.performTermsSearch;
  Search.performTermsSearch = (words, ...others) => ranked(words, find(words, ...others));

  Scorer.objPrio[1] = 0; // lessons come before what helpers call so

  // Sphinx asks this about every result, before it puts them in order.
  Scorer.score = (result) => {
    const [page, , section] = result[0].split("#");
    if (section) {
      const title = `${Search._index.titles[numberOf(page)]} > ${result[1]}`;
      result.splice(0, 3, page, title, `#${section}`);
    }
    return result[6] === SearchResultKind.index ? 5 : result[4]; // the glossary's
  };
}
