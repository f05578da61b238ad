// What a figure to play with is made of: controls above, drawings, and words below that say what
// they show.
"use strict";

Play.Figure = class {
  constructor(box) {
    this.box = Play.element(box, "div", { class: "play" });
    this.row();
    this.words = Play.element(this.box, "p", { class: "play-words", "aria-live": "polite" });
    this.calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    new ResizeObserver(() => this.redraw()).observe(this.box);
    box.addEventListener("toggle", () => this.redraw()); // unfolded: what went on was stopped
  }

  // Controls that follow stand in a row of their own.
  row() {
    this.controls = Play.element(this.box, "div", { class: "play-controls" });
    if (this.words) this.box.insertBefore(this.controls, this.box.querySelector("svg") ?? this.words);
  }

  // A label with an input; `change` runs after each change, and then all is drawn anew.
  input(label, attributes, change = () => {}, tag = "input", value = "") {
    const line = Play.element(this.controls, "label", {}, `${label} `);
    const input = Play.element(line, tag, { "aria-label": label, ...attributes }, value);
    input.addEventListener("input", () => { change(input); this.redraw(); });
    return input;
  }

  slider(label, { min, max, step, value }, change) {
    const input = this.input(label, { type: "range", min, max, step, value }, change);
    const shown = Play.element(input.parentNode, "output");
    const slider = {
      input,
      get value() { return Number(input.value); },
      set value(number) { input.value = number; slider.show(); },
      show() { shown.textContent = Play.number(slider.value, step < 1 ? 2 : 0); },
    };
    input.addEventListener("input", slider.show);
    slider.show();
    return slider;
  }

  check(label, checked = false, change) {
    const input = this.input(label, { type: "checkbox" }, change);
    input.checked = checked;
    return input;
  }

  text(label, value, attributes = {}, change) {
    return this.input(label, { type: "text", value, autocomplete: "off", ...attributes }, change);
  }

  // A whole number; what else is typed becomes the nearest one that may be, when the field is left.
  whole(label, { min, max, value }, change = () => {}) {
    const used = () => Math.max(min, Math.min(max, Math.round(Number(input.value) || 0)));
    const input = this.text(label, value, { type: "number", min, max, step: 1 }, () => change(used()));
    input.addEventListener("change", () => { input.value = used(); });
    return input;
  }

  area(label, value, attributes = {}, change) {
    return this.input(label, { spellcheck: false, ...attributes }, change, "textarea", value);
  }

  // One of some options, an object of values and what is shown for each.
  choice(label, options, change) {
    const select = this.input(label, {}, change, "select");
    for (const [value, text] of Object.entries(options)) Play.element(select, "option", { value }, text);
    return select;
  }

  button(text, press) {
    const button = Play.element(this.controls, "button", { type: "button" }, text);
    button.addEventListener("click", () => { press(button); this.redraw(); });
    return button;
  }

  // A button that starts what goes on until `frame` returns false, and stops it, as folding does;
  // where motion is not wanted only the end is drawn.
  runner(text, begin, frame) {
    let runs = false;
    const next = () => {
      if (!runs || !this.box.checkVisibility() || !this.box.parentNode.open) return stop();
      const end = performance.now() + (this.calm ? 200 : 0);
      do { runs = frame() !== false; } while (runs && performance.now() < end);
      if (!this.calm || !runs) this.redraw();
      return runs ? requestAnimationFrame(next) : stop();
    };
    const stop = () => { runs = false; button.textContent = text; };
    const button = this.button(text, () => {
      if (runs) return stop();
      runs = true;
      button.textContent = "Stop";
      begin();
      return requestAnimationFrame(next);
    });
    return { button, stop, get runs() { return runs; } };
  }

  // A drawing `height` pixels high and as wide as there is room; `paint(pen)` fills it.
  drawing(title, height, paint) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", title);
    this.box.insertBefore(svg, this.words);
    const pen = new Pen(svg, height);
    (this.drawings ??= []).push(() => { pen.clear(this.box.clientWidth); paint(pen); });
    return pen;
  }

  // A function that returns what the drawings show, in words: a screen reader hears each change.
  says(sentence) {
    this.sentence = sentence;
  }

  redraw() {
    cancelAnimationFrame(this.waits);
    this.waits = requestAnimationFrame(() => {
      if (!this.box.clientWidth) return; // folded, or on paper: there is no room to draw in
      for (const draw of this.drawings ?? []) draw();
      const words = this.sentence?.() ?? "";
      if (words !== this.words.textContent) this.words.textContent = words;
    });
  }
};
