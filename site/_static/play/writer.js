// An encoder reads digits, a decoder writes them: lessons 7 and 8.  Its states (h, c) go from one
// to the other; with a kernel A the decoder looks back at all states of the encoder as well.
"use strict";

const Writer = (() => {
  const { attend, dense, lstmStep, one_hot, softmax, unpack, views, zeros } = Rnn;
  const UNITS = 16, SYMBOLS = 13, START = 1, END = 2, FIRST = 3; // 0 fills rows up, and is not met here
  const LSTM = [SYMBOLS * 4 * UNITS, UNITS * 4 * UNITS, 4 * UNITS];
  const named = (way) => Object.fromEntries(["W", "U", "b"].map((name, k) => [way + name, LSTM[k]]));

  const network = (text, looks) => {
    const width = looks ? 2 * UNITS : UNITS;
    const sizes = { ...named("encoder "), ...named("decoder "), A: looks ? UNITS * UNITS : 0,
      V: width * SYMBOLS, d: SYMBOLS };
    const all = views(unpack(text), sizes);
    const layer = (way) => ({ W: all[`${way} W`], U: all[`${way} U`], b: all[`${way} b`] });
    return { encoder: layer("encoder"), decoder: layer("decoder"), A: looks ? all.A : null, V: all.V, d: all.d };
  };

  const step = (symbol, state, layer) => lstmStep(one_hot(symbol, SYMBOLS), state, layer);

  // What the encoder's states are after each digit; the last one is where the decoder begins.
  const encode = (digits, { encoder }) => {
    let state = [zeros(UNITS), zeros(UNITS)];
    const memory = [];
    for (const digit of digits) {
      state = step(FIRST + digit, state, encoder);
      memory.push(state[0]);
    }
    return { memory, state };
  };

  // What it writes by itself, the likeliest symbol each time, until END: a list of
  // { symbol, p, weights }, where symbol is a digit or "END".
  const write = (digits, model, most = digits.length + 4) => {
    const { memory, state: begin } = encode(digits, model), written = [];
    let state = begin, symbol = START;
    while (symbol !== END && written.length < most) {
      state = step(symbol, state, model.decoder);
      const [context, weights] = model.A ? attend(state[0], memory, model.A) : [[], null];
      const p = softmax(dense([...state[0], ...context], model.V, model.d));
      symbol = p.indexOf(Math.max(...p));
      written.push({ symbol: symbol === END ? "END" : symbol - FIRST, p: p[symbol], weights });
    }
    return written;
  };

  // The figure of both lessons: `models` by name; a digit that is not the one read is marked.
  const copyFigure = (figure, models, { first, reversed = () => false }) => {
    const state = { digits: first, steps: 0 }, names = Object.keys(models);
    const again = () => { state.steps = 0; };
    const options = Object.fromEntries(names.map((name) => [name, name]));
    const kind = names.length > 1 ? figure.choice("Network", options, again) : { value: names[0] };
    const field = figure.text("Digits (12 at most)", first.join(""), { inputmode: "numeric", size: 13 }, (input) => {
      state.digits = [...input.value.replace(/\D/g, "")].slice(0, 12).map(Number);
      again();
    });
    field.addEventListener("change", () => { field.value = state.digits.join(""); });
    figure.row();
    const next = figure.button("Write the next", () => { state.steps += 1; });
    const rest = figure.button("Write all", () => { state.steps = Infinity; });
    figure.button("From the start", again);

    const told = () => {
      const { digits, steps } = state, read = reversed(kind.value) ? [...digits].reverse() : digits;
      const all = digits.length ? write(read, models[kind.value]) : [];
      const said = all.slice(0, steps).map((each, n) => ({ ...each, right: each.symbol === (digits[n] ?? "END") }));
      next.disabled = rest.disabled = said.length === all.length;
      return { digits, read, said, ended: said.length === all.length };
    };
    figure.drawing("Digits that are read below, digits that are written above", 214, (pen) => {
      const { read, said } = told(), count = Math.max(read.length, said.length, 1);
      const room = Math.min(52, (pen.width - 20) / count), size = Math.min(36, room - 4);
      const x = (n) => 10 + room * (n + 0.5);
      const square = (n, y, text, look) => {
        pen.box(x(n) - size / 2, y, size, size, `${look} open`);
        pen.text(x(n), y + size / 2 + 5, text, "middle");
      };
      // the state: from digit to digit, and from the last one read to the first one written
      read.slice(1).forEach((_, n) => pen.line(x(n) + size / 2, 146, x(n + 1) - size / 2, 146, "red"));
      said.slice(1).forEach((_, n) => pen.line(x(n) + size / 2, 40, x(n + 1) - size / 2, 40, "red"));
      if (said.length) pen.line(x(read.length - 1), 140, x(0), 34 + size, "red open");
      said.forEach(({ weights }, n) => weights?.forEach((weight, place) => {
        const look = n === said.length - 1 ? "purple" : "purple faint";
        pen.line(x(n), 34 + size, x(place), 140, look).setAttribute("stroke-width", 6 * weight);
      }));
      read.forEach((digit, n) => square(n, 140, digit, "blue"));
      said.forEach(({ symbol, p, right }, n) => {
        square(n, 34, symbol === "END" ? "■" : symbol, right ? "green" : "orange");
        if (room > 38 || n === said.length - 1) pen.text(x(n), 26, sure(p), "middle small");
      });
      pen.text(10, 12, "writes; green: right, orange: wrong, ■: END", "small");
      pen.text(10, 206, `reads; red: the state${models[kind.value].A ? ", purple: where it looks" : ""}`, "small");
    });
    figure.says(() => {
      const { digits, read, said, ended } = told(), last = said.at(-1);
      if (!digits.length) return "Type some digits, 1 to 12 of them.";
      const task = `A smaller network than the page's (16 units) has read ${read.join(" ")}, and shall write ` +
        `${digits.join(" ")}.`;
      if (!last) return `${task} Where will it go wrong, if it does? Guess, then press Write the next.`;
      const now = `It writes ${last.symbol}, ${sure(last.p)} sure${looksAt(last, read)}.`;
      return ended ? `${now} ${verdict(digits, said)}` : now;
    });
  };

  const sure = (p) => (p > 0.995 ? "> 99 %" : `${Math.round(100 * p)} %`);

  const looksAt = ({ weights }, read) => {
    if (!weights) return "";
    const most = Math.max(...weights), place = weights.indexOf(most);
    return `, with ${sure(most)} of its attention on the ${read[place]} in place ${place + 1}`;
  };

  const verdict = (digits, said) => {
    const written = said.filter(({ symbol }) => symbol !== "END"), missing = digits.length - written.length;
    const right = digits.filter((digit, n) => written[n]?.symbol === digit).length;
    const length = missing ? `, and it wrote ${Math.abs(missing)} too ${missing > 0 ? "few" : "many"}` : "";
    return `In the end ${right} of ${digits.length} digits are right${length}.`;
  };

  return { copyFigure, encode, network, write };
})();

globalThis.Writer = Writer;
