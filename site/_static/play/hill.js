// Play: the hill and the ball
// Needs: data/runs.js
"use strict";

Play.figure("hill", (figure) => {
  const MEAN = 4.5, VARIANCE = 8.25; // of a digit 0 … 9
  const S = VARIANCE + 3 * MEAN ** 2;
  const LEFT = -6, RIGHT = 4, NEAR = 0.05, shown = Play.number;

  const expected_loss = ([W, U, b]) => {
    const powers = [1, U, U * U], sum = (list) => list.reduce((all, x) => all + x, 0);
    const errors = powers.map((power) => W * power - 1);
    return VARIANCE * sum(errors.map((e) => e * e)) + (MEAN * sum(errors) + b * sum(powers)) ** 2;
  };

  // F = (1 + U + U²) / (1 − U + U²), lowest at U = −1 and highest at U = 1, and its slope along U
  const fraction = (U) => (1 + U + U * U) / (1 - U + U * U);
  const fractionSlope = (U) => (2 * (1 - U * U)) / (1 - U + U * U) ** 2;

  // What W at its best leaves of the loss is told by F alone, and falls where F rises: with b at
  // its best, and also with b = 0, 3 S − S² F / (σ² + μ² F).  `slope` is along F.
  const below = (F) => VARIANCE + MEAN ** 2 * F;
  const best = {
    loss: (F) => VARIANCE * (3 - F),
    slope: () => -VARIANCE,
    rate: 0.001, yticks: [0, 5, 10, 15, 20, 25],
  };
  const plain = {
    loss: (F) => 3 * S - (S * S * F) / below(F),
    slope: (F) => -VARIANCE * (S / below(F)) ** 2,
    rate: 0.0001, yticks: [0, 20, 40, 60, 80, 100, 120],
  };
  const curve = () => (isBest.checked ? best : plain);
  const height = (U) => curve().loss(fraction(U));

  let ball = -1.2, rolled = false, back, runs = null; // runs: how far they are drawn, from 0 to 1
  const show = (share) => {
    ball = drop.value;
    rolled = false;
    runs = share;
    if (runs !== null) isBest.checked = true;
  };
  const halt = (share = null) => {
    for (const runner of [rolls, moves]) runner.stop();
    show(share);
  };

  const range = { min: LEFT, max: RIGHT, step: 0.05, value: ball };
  const drop = figure.slider("Drop at U", range, () => halt());
  // Small steps, until one can see that it moved
  const rolls = figure.runner("Drop the ball", () => { moves.stop(); show(null); rolled = true; }, () => {
    for (let step = 0, from = ball; step < 60 && Math.abs(ball - from) < 0.03; step++) {
      ball -= curve().rate * curve().slope(fraction(ball)) * fractionSlope(ball);
    }
    return ball > LEFT && Math.abs(fractionSlope(ball)) > 1e-4;
  });
  const isBest = figure.check("b at its best", true, () => halt());
  figure.row();
  const chosen = figure.choice("Runs from U =", { 0: "0", 1: "+1", "-1": "−1" }, () => halt(0));
  const moves = figure.runner("200 recorded runs", () => { rolls.stop(); show(0); }, () => {
    runs = Math.min(1, runs + 1 / 120);
    return runs < 1;
  });

  const xlabel = "recurrent weight U", xticks = [-6, -4, -2, 0, 2, 4];
  const pen = figure.drawing("The lowest possible loss over U, a hill and a valley", 300, () => {
    const { yticks } = curve(), far = height(0); // F = 1 at U = 0, as far out
    const axes = pen.axes({ x: [LEFT - 0.3, RIGHT], y: [0, yticks.at(-1)], top: 24, xlabel, xticks, yticks });
    const { X, Y } = axes;
    back = axes.back;
    pen.text(4, 12, isBest.checked ? "lowest possible loss, L*(U)" : "lowest loss with b = 0", "small");
    pen.line(X(LEFT - 0.3), Y(far), X(RIGHT), Y(far), "grey dashed");
    pen.text(X(LEFT) + 6, Y(far) + 15, `${shown(far, 1)}: one digit known`, "small");
    pen.path(Array.from({ length: 207 }, (_, n) => RIGHT - n / 20).map((U) => [X(U), Y(height(U))]));
    pen.text(X(-1), Y(height(-1)) - 15, "the hilltop, U = −1", "middle small");
    pen.dot(X(1), Y(0), 6, "green");
    pen.text(X(0.3), Y(0) - 6, "the solution", "end small");
    if (runs !== null) return drawRuns(axes);
    if (rolled) pen.dot(X(drop.value), Y(height(drop.value)), 7, "red open");
    return pen.dot(X(ball), Y(height(ball)), 8, "red");
  });
  pen.onPress((x, y) => {
    drop.value = back(x, y)[0]; // the slider keeps it within its range
    halt();
    figure.redraw();
  });

  // Only start and end are recorded; what an end lies above the curve comes in little by little.
  const drawRuns = ({ X, Y }) => {
    const start = Number(chosen.value);
    for (const end of Play.data.runs[chosen.value]) {
      const U = start + runs * (end[1] - start), above = expected_loss(end) - height(end[1]);
      pen.dot(X(U), Y(height(U) + runs * above), 5, "purple faint");
    }
  };

  const sayRuns = () => {
    const from = `from U = ${chosen.selectedOptions[0].text}`;
    if (moves.runs) return `The recorded runs ${from} …`;
    if (runs < 1) return `200 dots, 200 runs ${from}. Where will they end? Press “200 recorded runs”.`;
    const ends = Play.data.runs[chosen.value].map(([, U]) => U);
    const near = ends.filter((U) => Math.abs(U - 1) < NEAR).length, left = ends.filter((U) => U < -1).length;
    return `${near} of the 200 runs ${from} ended within ${NEAR} of U = 1 (near is not yet learned), ` +
      `${left} left of the hilltop. Only start and end are recorded: between, U is drawn on a straight line.`;
  };

  figure.says(() => {
    if (runs !== null) return sayRuns();
    const here = `U = ${shown(ball)}, with a loss of ${shown(height(ball))}`, far = shown(height(0), 1);
    const hill = `With b = 0 the hill is ${shown(height(-1), 1)} high, not 22; its top is still at U = −1. `;
    const ask = `The ball is at ${here}. Which way will it roll? Guess, then drop it.`;
    if (!rolled) return (isBest.checked ? "" : hill) + ask;
    if (rolls.runs) return "It rolls downhill …";
    if (ball === -1) return `It stays at ${here}: on the top the slope is 0.`;
    if (ball <= LEFT) return `It leaves at ${here}. It rolls left for ever, towards ${far}.`;
    if (Math.abs(ball - 1) < 0.001) return `It came to rest at ${here}: the solution.`;
    return `Stopped at ${here}.`;
  });
});
