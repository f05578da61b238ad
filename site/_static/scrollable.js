// What is too wide for its place scrolls by itself; then the keyboard must be able to reach it.
const mark = () => {
  for (const box of document.querySelectorAll("pre, div.math, .table-wrapper")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
};
addEventListener("DOMContentLoaded", mark);
addEventListener("resize", mark);
