// What is too wide for its place scrolls by itself.  Then the keyboard must be able to reach it,
// and the eye must see that there is more.
const WIDE = "pre, div.math, .table-wrapper, a.figure";
const FOLDED = "details:not([open])";

const goesOn = (box) => box.scrollWidth - box.clientWidth - box.scrollLeft > 1;
const sign = (box) => box.classList.toggle("goes-on", goesOn(box));

// First all are measured, then all are changed: in turn, the page would be laid out for each.
// What is folded waits until it is unfolded: it is not laid out before.
const mark = () => {
  const boxes = [...document.querySelectorAll(WIDE)].filter((box) => !box.closest(FOLDED));
  const found = boxes.map((box) => [box, box.scrollWidth > box.clientWidth, goesOn(box)]);
  for (const [box, isWide, isCut] of found) {
    if (isWide) box.tabIndex = 0;
    else if (box.hasAttribute("tabindex")) box.removeAttribute("tabindex");
    box.classList.toggle("goes-on", isCut);
  }
};

addEventListener("DOMContentLoaded", mark);
addEventListener("resize", mark);
// a box that scrolls or unfolds tells no element above it, but on the way down it does
addEventListener("toggle", mark, true);
addEventListener("scroll", ({ target }) => target.matches?.(WIDE) && sign(target), true);
