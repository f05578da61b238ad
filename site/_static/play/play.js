// Figures to play with.  A page has <details class="playable" data-play="name" …>; when one is
// opened, its scripts and data are loaded, and what it gave to `Play.figure("name", build)` fills it.
"use strict";

const Play = (() => {
  const HERE = document.currentScript.src.replace(/play\.js.*/, "");
  const builders = {}, loading = {};

  const element = (parent, tag, attributes = {}, text = "") => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.textContent = text;
    parent.append(made);
    return made;
  };

  // Scripts run in the order in which they are asked for, each once.
  const load = (file) => loading[file] ??= new Promise((resolve, reject) => {
    const script = element(document.head, "script");
    const onerror = () => reject(delete loading[file]);
    Object.assign(script, { async: false, onload: resolve, onerror, src: HERE + file });
  });

  // Opens a figure: what it needs is loaded, once.
  const open = async (box) => {
    if (!box.open || box.dataset.filled) return;
    box.dataset.filled = "yes";
    box.querySelector("[role=alert]")?.remove();
    try {
      await Promise.all(box.dataset.needs.split(" ").map(load));
    } catch {
      box.dataset.filled = "";
      element(box, "p", { role: "alert" }, "This could not be loaded. Close it and open it again.");
      return;
    }
    const figure = new Play.Figure(box);
    builders[box.dataset.play](figure);
    figure.redraw();
  };

  addEventListener("toggle", ({ target }) => target.matches?.(".playable") && open(target), true);

  return {
    data: {},
    element,
    figure(name, build) { builders[name] = build; },
    // a number as it is shown: with a minus sign that is one, and no zero below zero
    number: (x, digits = 2) => x.toFixed(digits).replace("-", "−").replace(/^−(0\.?0*)$/, "$1"),
  };
})();

globalThis.Play = Play;
