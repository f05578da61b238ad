// Play: find a sum that it gets wrong
// Needs: rnn.js training.js data/adders.js
"use strict";

Play.figure("leak", (figure) => {
  const MOST = 2n ** 64n - 1n;
  const bitsOf = (number, length) => Array.from({ length }, (_, t) => Number((number >> BigInt(t)) & 1n));
  const shown = (number) => number.toLocaleString("en");
  let hints = 0, last = null; // how many hints were given; what was drawn last

  const fewer = () => { hints = Math.min(hints, 1); };
  const chosen = figure.choice("Network", { 0: 1, 1: 2, 2: 3, 3: 4, 4: 5 }, fewer);
  figure.row();
  const fields = { "First number": 27, "Second number": 38 };
  for (const [name, value] of Object.entries(fields)) {
    fields[name] = figure.text(name, value, { inputmode: "numeric", size: 24 }, fewer);
  }
  const fill = (...numbers) => Object.values(fields).forEach((field, k) => { field.value = numbers[k]; });

  // What stands in a field, or null: spaces and commas may group its digits.
  const numberIn = ({ value }) => {
    const digits = value.replace(/[\s,]/g, "");
    return /^\d{1,20}$/.test(digits) && BigInt(digits) <= MOST ? BigInt(digits) : null;
  };

  // Numbers of n bits take n + 1 steps, those of six or fewer seven.
  const add = (a, b, which = chosen.value) => {
    const adder = new Training.Adder(Rnn.unpack(Play.data.adders[which].leaks));
    const steps = Math.max(7, (a > b ? a : b).toString(2).length + 1);
    const x_1 = bitsOf(a, steps), x_2 = bitsOf(b, steps), truth = bitsOf(a + b, steps);
    const { y } = adder.read(x_1.map((bit, t) => [bit, x_2[t]]));
    const wrong = y.map((y_t, t) => y_t > 0 !== (truth[t] === 1));
    const answer = y.reduce((sum, y_t, t) => (y_t > 0 ? sum + 2n ** BigInt(t) : sum), 0n);
    return { a, b, x_1, x_2, y, wrong, answer, count: wrong.filter(Boolean).length };
  };
  const read = () => {
    const [a, b] = Object.values(fields).map(numberIn);
    return a === null || b === null ? null : add(a, b);
  };

  figure.row();
  figure.button("Random numbers", () => {
    fewer();
    fill(...crypto.getRandomValues(new BigUint64Array(2)));
  });

  // Columns with a single 1 hand on a carry (2ⁿ − 1 + 1), or none (2ⁿ − 1 + 0), in either row.
  const example = () => {
    for (let n = 64n; n > 6n; n--) {
      const chain = 2n ** n - 1n;
      const pair = [[chain, 1n], [1n, chain], [chain, 0n], [0n, chain]].find((each) => add(...each).count);
      if (pair) return pair;
    }
    return [MOST, 1n];
  };
  const hint = figure.button("Hint", () => { if (++hints === 2) fill(...example()); });

  figure.drawing("The answer y at each step, and the columns that it reads", 306, (pen) => {
    const sum = read(), pale = sum ? "" : " faint"; // what cannot be read leaves the last picture
    last = sum ?? last;
    hint.textContent = hints ? "Show me one" : "Hint";
    hint.disabled = hints === 2;
    const { x_1, x_2, y, wrong } = last, steps = y.length;
    const most = Math.ceil(Math.max(...y.map(Math.abs)) / 5) * 5;
    const { X, Y } = pen.axes({ x: [0.5, steps + 0.5], y: [-most, most], left: 52, top: 26, bottom: 210,
      xticks: [1, steps], yticks: [-most, 0, most] });
    pen.line(X(0.5), Y(0), X(steps + 0.5), Y(0), "axis");
    pen.path(y.map((y_t, t) => [X(t + 1), Y(y_t)]), `grey thin${pale}`);
    const wide = X(2) - X(1), cross = Math.min(4, wide * 0.6), radius = Math.min(4, wide * 0.45);
    y.forEach((y_t, t) => {
      const x = X(t + 1), level = Y(y_t);
      if (!wrong[t]) return pen.dot(x, level, radius, `blue${pale}`);
      pen.line(x - cross, level - cross, x + cross, level + cross, `orange open${pale}`);
      return pen.line(x - cross, level + cross, x + cross, level - cross, `orange open${pale}`);
    });
    pen.text(0, 12, "y: above 0 it says 1", "small");
    pen.dot(146, 8, 4, "blue");
    pen.text(154, 12, "right bit", "small");
    pen.text(220, 13, "×", "orange");
    pen.text(234, 12, "wrong bit", "small");
    pen.text((X(1) + X(steps)) / 2, 226, "step", "middle small");
    [x_1, x_2].forEach((bits, row) => {
      const base = 257 + 24 * row, side = Math.min(0.6 * wide - 1, 14);
      pen.text(46, base - 3, ["first", "second"][row], "end small");
      pen.line(X(0.5), base, X(steps + 0.5), base, "grey thin");
      bits.forEach((bit, t) => bit && pen.box(X(t + 1) - side / 2, base - 16, side, 16, `blue${pale}`));
    });
    pen.text(52, 299, "a bar: 1, none: 0, the lowest bit first", "small");
  });

  const HINT = " Hint: where a column reads a 1 and a 0, the carry must stay as it was. Let it stay for " +
    "many columns.";
  const CHAIN = " Nearly all columns read a 1 and a 0. With how few of them is it still wrong?";
  const otherWay = ({ a, b, count }) => {
    const turned = add(b, a).count;
    return !turned === !count ? "" : ` The other way round it is ${turned ? "wrong" : "right"}.`;
  };
  const others = ({ a, b }) => {
    const fail = Object.keys(Play.data.adders).filter((n) => add(a, b, n).count).map((n) => Number(n) + 1);
    return fail.length ? ` Networks that get it wrong: ${fail.join(", ")}.` : "";
  };

  figure.says(() => {
    const unfit = Object.keys(fields).filter((name) => numberIn(fields[name]) === null);
    if (unfit.length) {
      return `${unfit.join(" and ")}: give a whole number from 0 to ${shown(MOST)}, which is 2⁶⁴ − 1.`;
    }
    const sum = read(), { a, b, wrong, answer, count } = sum;
    if (!count) {
      return "Find two numbers, of up to 64 bits, that it gets wrong; of up to 6 bits there are none. " +
        `${shown(a)} + ${shown(b)} = ${shown(answer)} is right.${otherWay(sum)}${others(sum)}` +
        (hints ? HINT : "");
    }
    return `Wrong: it says ${shown(answer)}, the sum is ${shown(a + b)}. Of ${wrong.length} bits ${count} ` +
      `${count > 1 ? "are" : "is"} wrong, the first at step ${wrong.indexOf(true) + 1}.${otherWay(sum)}` +
      (hints === 2 ? CHAIN : "");
  });
});
