// Play: downhill on the map
// Needs: sums.js
"use strict";

Play.figure("map", (figure) => {
  const { best_b_loss, best_b_slopes } = Sums, RATE = 0.00005, PACE = 0.02;
  const LEVELS = [0.1, 0.3, 1, 3, 10, 20, 40, 100, 300]; // those of the lesson's map
  const COLUMNS = 60, ROWS = 36;
  const room = { x: [-3, 2], y: [-1, 2], top: 66, xticks: [-3, -2, -1, 0, 1, 2], yticks: [-1, 0, 1, 2] };

  let road = [];
  const begin = () => { road = [[start.U.value, start.W.value]]; };
  const halt = () => {
    runs.stop();
    begin();
  };
  const place = (U, W) => {
    start.U.value = U;
    start.W.value = W; // a slider keeps it within its range
    halt();
  };
  const start = {
    U: figure.slider("Start at U", { min: -3, max: 2, step: 0.05, value: 0 }, () => halt()),
    W: figure.slider("Start at W", { min: -1, max: 2, step: 0.05, value: 0 }, () => halt()),
  };
  figure.row();
  // Small steps, as many as make a visible one
  const runs = figure.runner("Run downhill", begin, () => {
    let [U, W] = road.at(-1), size = 0;
    for (let step = 0, way = 0; step < 400 && way < PACE; step++) {
      const [dU, dW] = best_b_slopes(U, W);
      U -= RATE * dU;
      W -= RATE * dW;
      size = Math.hypot(dU, dW);
      way += RATE * size;
    }
    road.push([U, W]);
    return size > 0.001 && U > -3;
  });
  figure.button("Put it at U = 0, W = 0", () => place(0, 0));
  figure.button("Put it at U = −1, W = 0.5", () => place(-1, 0.5));

  const level = (loss) => LEVELS.filter((bound) => loss >= bound).length;
  const look = (n) => ({ class: "blue", "stroke-width": 0, "fill-opacity": 0.95 - 0.1 * n });

  // One path a level: a rectangle for each cell of the grid that lies in it
  const shapes = ({ X, Y }) => {
    const d = ["", ...LEVELS].map(() => "");
    const U = (column) => -3 + (5 * column) / COLUMNS, W = (row) => 2 - (3 * row) / ROWS;
    // whole pixels: no gaps
    const x = (column) => Math.round(X(U(column))), y = (row) => Math.round(Y(W(row)));
    for (let row = 0; row < ROWS; row++) for (let column = 0; column < COLUMNS; column++) {
      const n = level(best_b_loss(U(column + 0.5), W(row + 0.5)));
      d[n] += `M${x(column)} ${y(row)}H${x(column + 1)}V${y(row + 1)}H${x(column)}z`;
    }
    return d;
  };
  let cells = { width: 0 };

  const legend = () => {
    const width = (pen.width - 52) / (LEVELS.length + 1);
    pen.text(40, 12, "loss, with b at its best", "small");
    for (let n = 0; n <= LEVELS.length; n++) {
      pen.add("rect", { x: 40 + n * width, y: 20, width, height: 10, ...look(n) });
      pen.text(40 + n * width, 44, n ? LEVELS[n - 1] : 0, "middle small");
    }
    pen.text(pen.width - 12, 44, "∞", "middle small");
  };

  let back = null;
  const pen = figure.drawing("A map of the loss over U and W, with the road downhill", 400, () => {
    const axes = pen.axes({ ...room, xlabel: "recurrent weight U" }), { X, Y } = axes;
    back = axes.back;
    if (cells.width !== pen.width) cells = { width: pen.width, d: shapes(axes) };
    cells.d.forEach((d, n) => pen.add("path", { d, ...look(n) }));
    legend();
    pen.text(40, 61, "input weight W", "small");
    pen.line(X(-1), Y(-1), X(-1), Y(2), "orange open dashed");
    pen.text(X(-1) + 8, Y(-1) - 8, "the hill, U = −1");
    pen.dot(X(-1), Y(1 / 3), 5, "orange");
    pen.text(X(-1) - 8, Y(1 / 3) - 8, "its lowest: 22", "end");
    pen.dot(X(1), Y(1), 9, "green");
    pen.path(road.map(([U, W]) => [X(U), Y(W)]), "red");
    const [U, W] = road.at(-1), [first_U, first_W] = road[0];
    pen.dot(X(first_U), Y(first_W), 6, "red open");
    pen.dot(X(Math.max(U, -3)), Y(W), 6, "red");
  });
  pen.onPress((x, y) => {
    place(...back(x, y));
    figure.redraw();
  });
  begin();

  figure.says(() => {
    const [U, W] = road.at(-1), [first_U] = road[0], loss = Play.number(best_b_loss(U, W));
    const here = `U = ${Play.number(U)}, W = ${Play.number(W)}, with a loss of ${loss}`;
    if (runs.runs) return "It runs downhill …";
    if (road.length === 1) {
      return `Press into the map, or slide U and W, to move the ball. It is at ${here}. ` +
        "Where will it end? Guess, then run downhill.";
    }
    let more = "";
    if ((first_U + 1) * (U + 1) < 0) more = " It crossed the line: it began above 22.";
    if (first_U === -1) more = " The line is a divide only at its lowest point; elsewhere W decides.";
    if (Math.hypot(U - 1, W - 1) < 0.001) return `It came to rest at ${here}: the solution.${more}`;
    if (U <= -3) return `It leaves the map at ${here}. Out there no loss is near 0: all exceed 16.5.${more}`;
    return `Stopped at ${here}.`;
  });
});
