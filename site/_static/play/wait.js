// Play: how long a cell keeps
// Needs: rnn.js
"use strict";

Play.figure("wait", (figure) => {
  // What a simple RNN as Keras starts it keeps a step in this task, by lesson 6's own calculation:
  // derived_factor(1.0, kernel.std()) for the kernel drawn there, of scale 0.22
  const SIMPLE = 0.8738;
  const LEAST = -6; // the bottom of the frame, a power of ten
  let shown = false, rule;

  const wait = figure.slider("Wait", { min: 1, max: 200, step: 1, value: 60 });
  const bias = figure.slider("Forget bias β", { min: -2, max: 8, step: 0.1, value: 1 });
  figure.row();
  figure.button("Show", (button) => {
    shown = !shown;
    button.textContent = shown ? "Hide" : "Show";
    // Only now: its name gives the answer away
    rule ??= figure.button("The rule: β = log T", () => { bias.value = Math.log(wait.value); });
    rule.hidden = !shown;
  });

  const left = (factor) => factor ** wait.value;
  // σ(β)^T = 1/e, solved for β
  const needed = () => -Math.log(Math.expm1(1 / wait.value));

  const percent = (x, digits) => `${Play.number(100 * x, digits)} %`;
  const share = (x) => {
    if (x >= 0.00095) return percent(x, x < 0.00995 ? 1 : 0);
    if (x < 1e-12) return "next to nothing";
    return `1 in ${Number((1 / x).toPrecision(2)).toLocaleString("en")}`;
  };

  const key = (pen, x, look, words) => {
    pen.line(x, 8, x + 24, 8, `${look} open`);
    pen.text(x + 30, 12, words, "small");
  };

  figure.drawing("What is left, step by step, on a logarithmic scale", 300, (pen) => {
    const T = wait.value, powers = ["1", "10⁻²", "10⁻⁴", "10⁻⁶"];
    const { X, Y } = pen.axes({ x: [0, T], y: [LEAST, 0], left: 48, top: 28, right: pen.width - 34,
      xticks: [0, T], yticks: [], xlabel: "steps" });
    powers.forEach((power, n) => pen.text(42, Y(-2 * n) + 4, power, "end small"));
    pen.text(8, 12, "share that is left", "small");
    key(pen, 124, "red", "LSTM");
    key(pen, 206, "grey dashed", "simple RNN");

    // factor^k is a straight line here, down to where it leaves the frame
    const straight = (factor, look) => {
      const slope = Math.log10(factor), end = Math.min(T, LEAST / slope);
      pen.path([[X(0), Y(0)], [X(end), Y(slope * end)]], look);
      if (end < T) pen.text(X(end) + 6, Y(LEAST) - 6, "↓");
      else pen.dot(X(T), Y(slope * T), 5, look.split(" ")[0]);
    };
    const third = Y(-Math.LOG10E);
    pen.line(X(0), third, X(T), third, "green dashed");
    pen.text(X(T) + 10, third + 4, "1/e", "small");
    straight(SIMPLE, "grey dashed");
    if (!shown) return pen.text(X(T / 2), Y(LEAST / 2) + 10, "?", "middle large");
    straight(Rnn.sigmoid(needed()), "green thin");
    return straight(Rnn.sigmoid(bias.value), "red");
  });

  figure.says(() => {
    const T = wait.value, steps = T === 1 ? "1 step" : `${T} steps`;
    if (!shown) return `Which β keeps a third over ${steps}? Set it, then press Show.`;
    const f = Rnn.sigmoid(bias.value);
    const verdict = left(f) < 0.3 ? "too little" : left(f) > 0.4 ? "more than a third" : "about a third";
    return `With β = ${Play.number(bias.value, 1)} each step keeps ${percent(f, f > 0.99 ? 2 : 0)}; over ` +
      `${steps} ${share(left(f))} is left in the cell, and as much of the gradient arrives straight back ` +
      `along it: ${verdict}. A third, 1/e, takes β = ${Play.number(needed())} ` +
      `(log ${T} = ${Play.number(Math.log(T))}). The simple RNN leaves ${share(left(SIMPLE))}.`;
  });
});
