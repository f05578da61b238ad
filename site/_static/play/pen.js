// A pen for figures to play with: it draws into an SVG, in pixels, with the colours of the series.
"use strict";

class Pen {
  constructor(svg, height) {
    Object.assign(this, { svg, height, width: 0 });
  }

  clear(width) {
    this.width = Math.min(width, 720);
    this.svg.setAttribute("viewBox", `0 0 ${this.width} ${this.height}`);
    this.svg.setAttribute("width", this.width);
    this.svg.setAttribute("height", this.height);
    this.svg.replaceChildren();
  }

  add(tag, attributes, text = "") {
    const made = document.createElementNS(this.svg.namespaceURI, tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.textContent = text;
    this.svg.append(made);
    return made;
  }

  line(x1, y1, x2, y2, look = "grey") {
    return this.add("line", { x1, y1, x2, y2, class: look });
  }

  path(points, look = "blue") {
    const d = points.map(([x, y], n) => `${n ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
    return this.add("path", { d, class: `${look} open` });
  }

  dot(cx, cy, r, look = "blue") {
    return this.add("circle", { cx, cy, r, class: look });
  }

  box(x, y, width, height, look = "blue") {
    return this.add("rect", { x, y, width: Math.max(width, 0), height: Math.max(height, 0), class: look });
  }

  text(x, y, words, look = "") {
    return this.add("text", { x, y, class: look }, words);
  }

  // Axes from x = a … b and y = c … d inside a frame; returns where a point of them lies.
  axes({ x: [a, b], y: [c, d], left = 40, top = 10, right = this.width - 12, bottom = this.height - 36,
    xlabel = "", ylabel = "", xticks = [a, b], yticks = [c, d] }) {
    const X = (x) => left + ((x - a) / (b - a)) * (right - left);
    const Y = (y) => bottom - ((y - c) / (d - c)) * (bottom - top);
    const shown = (tick) => String(tick).replace("-", "−");
    this.line(left, bottom, right, bottom, "axis");
    this.line(left, top, left, bottom, "axis");
    for (const tick of xticks) this.text(X(tick), bottom + 16, shown(tick), "middle small");
    for (const tick of yticks) this.text(left - 6, Y(tick) + 4, shown(tick), "end small");
    this.text((left + right) / 2, bottom + 32, xlabel, "middle small");
    this.text(left + 4, top + 2, ylabel, "small");
    const back = (px, py) => [a + ((px - left) / (right - left)) * (b - a), c + ((bottom - py) / (bottom - top)) * (d - c)];
    return { X, Y, back };
  }

  // Calls `move(px, py)` where the drawing is pressed, and while what presses moves.
  onPress(move) {
    const report = (event) => {
      const { left, top, width } = this.svg.getBoundingClientRect();
      const scale = this.width / width;
      move((event.clientX - left) * scale, (event.clientY - top) * scale);
    };
    this.svg.classList.add("pressed");
    this.svg.addEventListener("pointerdown", (event) => {
      this.svg.setPointerCapture(event.pointerId);
      report(event);
    });
    this.svg.addEventListener("pointermove", (event) => event.buttons && report(event));
  }
}

globalThis.Pen = Pen;
