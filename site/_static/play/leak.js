// Play: find a sum that it gets wrong
// Needs: rnn.js training.js data/adders.js
"use strict";

Play.figure("leak", (figure) => {
  const MOST = 2n ** 64n - 1n;
  const bitsOf = (number, length) => Array.from({ length }, (_, t) => Number((number >> BigInt(t)) & 1n));
  const shown = (number) => number.toLocaleString("en");
  let hint = "";

  const chosen = figure.choice("Network", { 0: 1, 1: 2, 2: 3, 3: 4, 4: 5 }, () => { hint = ""; });
  figure.row();
  const fields = { "First number": 27, "Second number": 38 };
  for (const [name, value] of Object.entries(fields)) {
    fields[name] = figure.text(name, value, { inputmode: "numeric", size: 24 }, () => { hint = ""; });
  }
  const fill = (...numbers) => Object.values(fields).forEach((field, k) => { field.value = numbers[k]; });

  // What stands in a field, or null: spaces and commas may group its digits.
  const numberIn = ({ value }) => {
    const digits = value.replace(/[\s,]/g, "");
    return /^\d{1,20}$/.test(digits) && BigInt(digits) <= MOST ? BigInt(digits) : null;
  };

  // Numbers of n bits take n + 1 steps, those of six or fewer seven.
  const add = (a, b) => {
    const adder = new Training.Adder(Rnn.unpack(Play.data.adders[chosen.value].leaks));
    const steps = Math.max(7, (a > b ? a : b).toString(2).length + 1);
    const x_1 = bitsOf(a, steps), x_2 = bitsOf(b, steps), truth = bitsOf(a + b, steps);
    const { y } = adder.read(x_1.map((bit, t) => [bit, x_2[t]]));
    const wrong = y.map((y_t, t) => y_t > 0 !== (truth[t] === 1));
    const answer = y.reduce((sum, y_t, t) => (y_t > 0 ? sum + 2n ** BigInt(t) : sum), 0n);
    return { x_1, x_2, y, wrong, answer, count: wrong.filter(Boolean).length };
  };
  const read = () => {
    const [a, b] = Object.values(fields).map(numberIn);
    return a === null || b === null ? null : { a, b, ...add(a, b) };
  };

  figure.row();
  figure.button("Random numbers", () => {
    hint = "";
    const [a, b] = crypto.getRandomValues(new BigUint64Array(2));
    fill(a, b);
  });

  // Columns with a single 1 hand on a carry (2ⁿ − 1 + 1), or none (2ⁿ − 1 + 0), in either row.
  figure.button("Hint", () => {
    for (let n = 64n; n > 6n; n--) {
      const chain = 2n ** n - 1n;
      const pair = [[chain, 1n], [1n, chain], [chain, 0n], [0n, chain]].find((each) => add(...each).count);
      if (!pair) continue;
      fill(...pair);
      const power = String(n).replace(/\d/g, (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit]);
      hint = " Hint: where a column has a single 1, the carry stays as it is. This is a long chain of such " +
        `columns: one number is 2${power} − 1. How short can the chain be?`;
      return;
    }
  });

  figure.drawing("The answer y at each step, and the columns that it reads", 306, (pen) => {
    const sum = read();
    if (!sum) return;
    const { x_1, x_2, y, wrong } = sum, steps = y.length;
    const most = Math.ceil(Math.max(...y.map(Math.abs)) / 5) * 5;
    const { X, Y } = pen.axes({ x: [0.5, steps + 0.5], y: [-most, most], top: 26, bottom: 210,
      xticks: [1, steps], yticks: [-most, 0, most] });
    pen.line(X(0.5), Y(0), X(steps + 0.5), Y(0), "axis");
    pen.path(y.map((y_t, t) => [X(t + 1), Y(y_t)]), "grey thin");
    const wide = X(2) - X(1), cross = Math.min(4, wide * 0.6), radius = Math.min(4, wide * 0.45);
    y.forEach((y_t, t) => {
      const x = X(t + 1), level = Y(y_t);
      if (!wrong[t]) return pen.dot(x, level, radius, "blue");
      pen.line(x - cross, level - cross, x + cross, level + cross, "orange open");
      return pen.line(x - cross, level + cross, x + cross, level - cross, "orange open");
    });
    pen.text(4, 12, "y", "small");
    pen.dot(66, 8, 4, "blue");
    pen.text(76, 12, "right bit", "small");
    pen.text(150, 13, "×", "orange");
    pen.text(164, 12, "wrong bit", "small");
    pen.text((X(1) + X(steps)) / 2, 226, "step", "middle small");
    [x_1, x_2].forEach((bits, row) => {
      pen.text(34, 253 + 24 * row, `x${"₁₂"[row]}`, "end small");
      const side = Math.min(0.8 * wide, 16);
      bits.forEach((bit, t) =>
        pen.box(X(t + 1) - side / 2, 241 + 24 * row, side, 16, bit ? "blue" : "blue thin open"));
    });
    pen.text(40, 299, "filled: 1, empty: 0, the lowest bit first", "small");
  });

  figure.says(() => {
    const unfit = Object.keys(fields).find((name) => numberIn(fields[name]) === null);
    if (unfit) return `${unfit}: give a whole number from 0 to ${shown(MOST)}, which is 2⁶⁴ − 1.`;
    const { a, b, wrong, answer, count } = read();
    if (!count) {
      return "It adds every pair of 6-bit numbers without a mistake. Find two numbers up to 64 bits that " +
        `it gets wrong. Not these: ${shown(a)} + ${shown(b)} = ${shown(answer)} is right.`;
    }
    return `Wrong: it says ${shown(answer)}, the sum is ${shown(a + b)}. Of ${wrong.length} bits ${count} ` +
      `${count > 1 ? "are" : "is"} wrong, the first at step ${wrong.indexOf(true) + 1}.${hint}`;
  });
});
