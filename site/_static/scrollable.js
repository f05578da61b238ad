// What is too wide for its place scrolls by itself.  Then the keyboard must be able to reach it,
// and the eye must see that there is more.
const WIDE = "pre, div.math, .table-wrapper, a.figure";

const sign = (box) => {
  const left = box.scrollWidth - box.clientWidth - box.scrollLeft;
  box.classList.toggle("goes-on", left > 1);
};

const mark = () => {
  for (const box of document.querySelectorAll(WIDE)) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
    sign(box);
  }
};

addEventListener("DOMContentLoaded", mark);
addEventListener("resize", mark);
// a box that scrolls or unfolds tells no element above it, but on the way down it does
addEventListener("toggle", mark, true);
addEventListener("scroll", ({ target }) => target.matches?.(WIDE) && sign(target), true);
