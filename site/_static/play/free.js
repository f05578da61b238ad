// Play: slide along the free direction
// Needs: sums.js
"use strict";

Play.figure("free", (figure) => {
  const DIGITS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
  const MOST = 60; // the top of the frame for the loss, as in the lesson

  // What δ is added to: W, all or row 7 of it, and b
  const moves = {
    both: { text: "W up, b down (free)", does: "is added to all of W, and taken off b", row: () => 1, b: -1 },
    W: { text: "all of W alone", does: "is added to all of W; b stays", row: () => 1, b: 0 },
    seven: { text: "row 7 of W alone", does: "is added to one number, W at the digit 7",
      row: (d) => (d === 7 ? 1 : 0), b: 0 },
  };

  // Near where training from W ≈ 0 ends: U = 1, and W_d + b = d
  const network = (move, delta) => ({
    W: DIGITS.map((d) => d - 2.5 + move.row(d) * delta),
    b: 2.5 + move.b * delta,
  });

  const lossOf = ({ W, b }) => Sums.table_loss(W.map((W_d) => W_d + b));

  const slider = figure.slider("How far, δ", { min: -10, max: 10, step: 0.1, value: 0 });
  const chosen = figure.choice("What moves",
    Object.fromEntries(Object.entries(moves).map(([name, { text }]) => [name, text])));
  const move = () => moves[chosen.value];
  const right = (W_d, b, d) => Math.abs(W_d + b - d) < 1e-9;

  const shown = (loss) => Play.number(loss, loss > 1e-9 && loss < 0.1 ? 4 : 2);

  const key = (pen, x, look, words) => {
    pen.dot(x, 9, 5, look);
    pen.text(x + 10, 13, words, "small");
  };

  figure.drawing("W, b and W + b for each digit", 270, (pen) => {
    const { W, b } = network(move(), slider.value);
    const room = { x: [-0.7, 9.7], y: [-13, 20], top: 24, xticks: DIGITS, xlabel: "digit d" };
    const { X, Y } = pen.axes({ ...room, yticks: [-10, 0, 10, 20] });
    key(pen, 50, "blue", "W");
    pen.line(90, 2, 90, 17, "grey open");
    pen.text(97, 13, "b: W to W + b", "small");
    key(pen, 198, "green", "W + b");
    if (chosen.value !== "both") key(pen, 262, "orange", "wrong");
    pen.line(X(-0.7), Y(0), X(9.7), Y(0), "grey faint");
    pen.path([[X(0), Y(0)], [X(9), Y(9)]], "green thin dashed");
    W.forEach((W_d, d) => {
      pen.line(X(d), Y(W_d), X(d), Y(W_d + b), "grey open");
      pen.dot(X(d), Y(W_d), 4.5, "blue");
      pen.dot(X(d), Y(W_d + b), 5.5, right(W_d, b, d) ? "green" : "orange");
    });
  });

  figure.drawing("The loss over δ", 200, (pen) => {
    const at = (delta) => lossOf(network(move(), delta));
    const look = chosen.value === "both" ? "green" : "orange";
    const room = { x: [-10, 10], y: [-3, MOST], top: 24, xticks: [-10, -5, 0, 5, 10] };
    const { X, Y } = pen.axes({ ...room, yticks: [0, 20, 40, 60], xlabel: "how far, δ" });
    const deltas = Array.from({ length: 1001 }, (_, n) => n / 50 - 10);
    const inside = deltas.filter((delta) => at(delta) <= MOST);
    pen.path(inside.map((delta) => [X(delta), Y(at(delta))]), look);
    const loss = at(slider.value), above = loss > MOST;
    const x = X(slider.value), y = Y(Math.min(loss, MOST));
    pen.line(x, Y(0), x, y, "grey thin dashed");
    pen.dot(x, y, 6, above ? `${look} open` : look);
    pen.text(44, 13, `mean loss over all 1,000 sums: ${shown(loss)}`, "small");
    if (!above) return;
    const inward = Math.abs(slider.value) > 6.3, side = inward === slider.value < 0 ? 10 : -10;
    const words = pen.width > 500 ? "above the frame" : "above";
    pen.text(x + side, y + 5, words, side > 0 ? "small" : "end small");
  });

  figure.says(() => {
    const delta = slider.value, loss = shown(lossOf(network(move(), delta)));
    const off = `${Play.number(Math.abs(delta), 1)} too ${delta > 0 ? "much" : "little"}`;
    if (delta === 0) {
      return `The network adds W + b for a digit: here the digit itself, so the loss is 0. Slide δ: it ` +
        `${move().does}. What will the loss do?`;
    }
    if (chosen.value === "W") {
      return `Every digit counts ${off}. A sum has three, so it is off by 3 δ: the loss is 9 δ² = ${loss}.`;
    }
    if (chosen.value === "seven") {
      return `Row 7 is what a 7 counts: now ${off}. Most sums have no 7: the loss is 0.36 δ² = ${loss}.`;
    }
    const { W, b } = network(move(), delta);
    return `W is now ${Play.number(W[0], 1)} … ${Play.number(W[9], 1)}, and b is ${Play.number(b, 1)}. ` +
      "W + b is still 0 … 9, no answer has changed, and the loss is still 0.";
  });
});
