// Play: the hill and the ball
// Needs: sums.js data/runs.js
"use strict";

Play.figure("hill", (figure) => {
  const { expected_loss, fraction, fractionSlope, withBestB, withoutB } = Sums;
  const LEFT = -6, RIGHT = 4, NEAR = 0.05, shown = Play.number;

  const best = {
    ...withBestB, rate: 0.001, yticks: [0, 5, 10, 15, 20, 25], whose: "L*(U): W and b at their best",
  };
  const plain = {
    ...withoutB, rate: 0.0001, yticks: [0, 20, 40, 60, 80, 100, 120], whose: "b = 0 and W at its best",
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
  const halt = (share = null) => { rolls.stop(); moves.stop(); show(share); };

  const range = { min: LEFT + 1, max: RIGHT, step: 0.05, value: ball }; // from −5 one still sees it roll
  const drop = figure.slider("Drop at U", range, () => halt());
  // Small steps, until one can see that it moved
  const rolls = figure.runner("Drop the ball", () => { moves.stop(); show(null); rolled = true; }, () => {
    for (let step = 0, from = ball; step < 60 && Math.abs(ball - from) < 0.03; step++) {
      ball -= curve().rate * curve().slope(fraction(ball)) * fractionSlope(ball);
    }
    return ball > LEFT && Math.abs(fractionSlope(ball)) > 1e-4;
  });
  const isBest = figure.check("Best b (else b = 0)", true, () => halt());
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
    pen.text(4, 12, `lowest loss, ${curve().whose}`, "small");
    pen.line(X(LEFT - 0.3), Y(far), X(RIGHT), Y(far), "grey dashed");
    pen.text(X(LEFT) + 6, Y(far) + 15, `${shown(far, 1)}: knows 1 digit of 3`, "small");
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
    for (const end of Play.data.runs[chosen.value]) {
      const U = (1 - runs) * chosen.value + runs * end[1], above = expected_loss(end) - height(end[1]);
      pen.dot(X(U), Y(height(U) + runs * above), 5, "purple faint");
    }
  };

  const sayRuns = () => {
    const from = `from U = ${chosen.selectedOptions[0].text}`;
    if (moves.runs) return `The recorded runs ${from} …`;
    const whose = `200 networks, trained for this lesson ${from}, each with its own b: “Best b” is ticked.`;
    if (runs === 0) return `${whose} Where will they end? Guess, then press “200 recorded runs”.`;
    if (runs < 1) return `Stopped after ${shown(100 * runs, 0)}\u00a0% of their way.`;
    const ends = Play.data.runs[chosen.value].map(([, U]) => U), left = ends.filter((U) => U < -1);
    const others = ends.filter((U) => U > -1 && Math.abs(U - 1) >= NEAR);
    const places = new Set([Math.min(...others), Math.max(...others)].map((U) => shown(U)));
    return `Of 200 networks ${from}, ${200 - left.length - others.length} ended within ${NEAR} of U = 1, ` +
      `${left.length} left of the hilltop, ${others.length} at U = ${[...places].join(" to ")}. ` +
      "Only start and end are recorded; the way between is made up.";
  };

  figure.says(() => {
    if (runs !== null) return sayRuns();
    const here = `U = ${shown(ball)}, with a loss of ${shown(height(ball), 3)}`, far = shown(height(0), 1);
    const what = isBest.checked ? "The curve is the lowest loss (mean squared error) to be had with each U."
      : `With b = 0 the hill is ${shown(height(-1), 1)} high, not 22; its top is still at U = −1.`;
    if (!rolled) return `${what} The ball is at ${here}. Which way will it roll? Guess, then drop it.`;
    if (rolls.runs) return "It rolls downhill …";
    if (ball === -1) return `It stays at ${here}: on the top the slope is 0.`;
    if (ball <= LEFT) return `It leaves at ${here}. U falls for ever, and the loss nears ${far}.`;
    if (Math.abs(ball - 1) < 0.001) return `It came to rest at ${here}: the solution.`;
    return `Stopped at ${here}.`;
  });
});
