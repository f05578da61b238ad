// Play: how long a cell keeps
// Needs: rnn.js
"use strict";

Play.figure("wait", (figure) => {
  // What a simple RNN as Keras starts it keeps a step in this task, by lesson 6's own calculation:
  // derived_factor(1.0, kernel.std()) for the kernel drawn there, of scale 0.22
  const SIMPLE = 0.8738;
  const LEAST = -6; // the bottom of the frame, a power of ten
  let shown = false, rule;

  const wait = figure.slider("Lag n, steps", { min: 1, max: 200, step: 1, value: 60 });
  const bias = figure.slider("Forget bias β", { min: -2, max: 8, step: 0.1, value: 1 });
  figure.row();
  figure.button("Show", (button) => {
    shown = !shown;
    button.textContent = shown ? "Hide" : "Show";
    // Only now: its name gives the answer away
    rule ??= figure.button("The rule: β = log n", () => { bias.value = Math.log(wait.value); });
    rule.hidden = !shown;
  });

  const left = (factor) => factor ** wait.value;
  // σ(β)^n = 1/e, solved for β
  const needed = () => -Math.log(Math.expm1(1 / wait.value));

  const percent = (x, digits) => `${Play.number(100 * x, digits)}\u00a0%`;
  const share = (x) => {
    if (x >= 0.00095) return percent(x, x < 0.00995 ? 1 : 0);
    return x < 1e-6 ? "less than a millionth" : `1 in ${Number((1 / x).toPrecision(2)).toLocaleString("en")}`;
  };

  const key = (pen, x, y, look, words) => {
    pen.line(x, y, x + 24, y, `${look} open`);
    pen.text(x + 30, y + 4, words, "small");
  };

  figure.drawing("What is left, step by step, on a logarithmic scale", 316, (pen) => {
    const n = wait.value, powers = ["1", "10⁻²", "10⁻⁴", "10⁻⁶"];
    const { X, Y } = pen.axes({ x: [0, n], y: [LEAST, 0.2], left: 48, top: 42, right: pen.width - 42,
      xticks: [0, n], yticks: [], xlabel: "steps" });
    powers.forEach((power, row) => pen.text(42, Y(-2 * row) + 4, power, "end small"));
    pen.text(8, 12, "share that is left", "small");
    key(pen, 124, 8, "grey dashed", "simple RNN");

    // factor^k is a straight line here, down to where it leaves the frame
    const straight = (factor, look) => {
      const slope = Math.log10(factor), end = Math.min(n, LEAST / slope);
      pen.path([[X(0), Y(0)], [X(end), Y(slope * end)]], look);
      if (end < n) pen.text(X(end) + 6, Y(LEAST) - 6, "↓");
      else pen.dot(X(n), Y(slope * n), 5, look.split(" ")[0]);
    };
    const goal = Y(-Math.LOG10E);
    pen.line(X(0), goal, X(n), goal, "green dashed");
    pen.text(X(n) + 10, goal + 4, "37\u00a0%", "small");
    straight(SIMPLE, "grey dashed");
    if (!shown) return pen.text(X(n / 2), Y(LEAST / 2) + 10, "?", "middle large");
    key(pen, 234, 8, "red", "your LSTM");
    key(pen, 124, 26, "green", "an LSTM that keeps 37\u00a0%");
    straight(Rnn.sigmoid(needed()), "green thin");
    return straight(Rnn.sigmoid(bias.value), "red");
  });

  figure.says(() => {
    const n = wait.value, steps = n === 1 ? "1 step" : `${n} steps`;
    if (!shown) return `Which β keeps 1/e, 37\u00a0%, over ${steps}? Set it, then press Show.`;
    const f = Rnn.sigmoid(bias.value), much = left(f) * Math.E;
    const verdict = much < 0.9 ? "too little" : much > 1.1 ? "more than asked" : "close";
    return `With β = ${Play.number(bias.value, 1)} each step keeps ${percent(f, f > 0.99 ? 2 : 0)}; over ` +
      `${steps} ${share(left(f))} is left in the cell, and of the gradient on its way back along it: ` +
      `${verdict}. 37\u00a0% takes β = ${Play.number(needed())}; the rule, the natural logarithm of n, ` +
      `says ${Play.number(Math.log(n))}${n < 10 ? ": it is close for long lags only" : ""}. ` +
      `The simple RNN leaves ${share(left(SIMPLE))}.`;
  });
});
