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
    const state = { digits: first, steps: 0 };
    const names = Object.keys(models);
    const kind = names.length > 1
      ? figure.choice("Network", Object.fromEntries(names.map((n) => [n, n])), () => { state.steps = 0; })
      : { value: names[0] };
    figure.text("Digits", first.join(""), { inputmode: "numeric", maxlength: 12, size: 13 }, (input) => {
      state.digits = [...input.value.replace(/\D/g, "")].map(Number);
      state.steps = 0;
    });
    figure.row();
    figure.button("Write the next", () => { state.steps += 1; });
    figure.button("Write all", () => { state.steps = Infinity; });
    figure.button("From the start", () => { state.steps = 0; });

    const told = () => {
      const { digits, steps } = state, read = reversed(kind.value) ? digits.toReversed() : digits;
      const all = digits.length ? write(read, models[kind.value]) : [];
      const isRight = (symbol, n) => symbol === (n < digits.length ? digits[n] : "END");
      const said = all.slice(0, steps).map((each, n) => ({ ...each, right: isRight(each.symbol, n) }));
      return { digits, read, said, whole: said.length === all.length && all.length > 0 };
    };

    figure.drawing("Digits that are read below, digits that are written above", 200, (pen) => {
      const { read, said } = told();
      const room = Math.min(52, (pen.width - 20) / Math.max(read.length, said.length, 1));
      const x = (n) => 10 + room * (n + 0.5), size = Math.min(36, room - 4);
      const square = (n, y, text, look) => {
        pen.box(x(n) - size / 2, y, size, size, `${look} open`);
        pen.text(x(n), y + size / 2 + 5, text, "middle");
      };
      said.forEach(({ weights }, n) => weights?.forEach((weight, place) => {
        const look = n === said.length - 1 ? "purple" : "purple faint";
        pen.line(x(n), 34 + size, x(place), 140, look).setAttribute("stroke-width", 6 * weight);
      }));
      // the state: from digit to digit, and from the last one read to the first one written
      read.slice(1).forEach((_, n) => pen.line(x(n) + size / 2, 146, x(n + 1) - size / 2, 146, "red"));
      said.slice(1).forEach((_, n) => pen.line(x(n) + size / 2, 40, x(n + 1) - size / 2, 40, "red"));
      if (said.length) pen.line(x(read.length - 1), 140, x(0), 34 + size, "red").setAttribute("stroke-width", 2);
      read.forEach((digit, n) => square(n, 140, digit, "blue"));
      said.forEach(({ symbol, p, right }, n) => {
        square(n, 34, symbol === "END" ? "■" : symbol, right ? "green" : "orange");
        pen.text(x(n), 26, `${Math.round(100 * p)}%`, "middle small");
      });
      pen.text(10, 12, "writes, with what probability (■ is END)", "small");
      pen.text(10, 192, "reads", "small");
    });

    figure.says(() => {
      const { digits, read, said, whole } = told(), last = said.at(-1);
      if (!digits.length) return "Type some digits, 1 to 12 of them.";
      if (!last) return `It has read ${read.join(" ")}, and shall write ${digits.join(" ")}. Will it? Press Write the next.`;
      const wrong = said.filter(({ right }) => !right).length;
      const mass = last.weights && Math.max(...last.weights);
      const looked = last.weights ? `; ${Math.round(100 * mass)} % of its attention is on digit ${last.weights.indexOf(mass) + 1} of those read` : "";
      const now = `It writes ${last.symbol}, ${Math.round(100 * last.p)} % sure${looked}.`;
      return whole ? `${now} That is all: ${wrong ? `${wrong} of ${said.length} wrong` : "all right"}.` : now;
    });
  };

  return { copyFigure, encode, network, write };
})();

globalThis.Writer = Writer;
