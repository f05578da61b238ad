// Play: train it here
// Needs: rnn.js optimizers.js training.js sums.js
"use strict";

// The fair run of the lesson: all 1,000 triples, minibatches of 20, 20 epochs
globalThis.sumTraining = (() => {
  const BATCH = 20, EPOCHS = 20, RATE = 0.1;
  const { triples, total } = Sums, sums = triples.map(total);
  const updates = (EPOCHS * triples.length) / BATCH;

  const begin = ({ W, U, b }) => ({
    network: new Training.Summer([W, U, b]),
    optimizer: new Optimizers.Adam({ rate: RATE }),
    losses: [], // of each batch, before its update
  });

  // One pass over the triples in the given order; the rate falls to 0 along half a cosine.
  const epoch = ({ network, optimizer, losses }, order) => {
    for (let from = 0; from < order.length; from += BATCH) {
      const batch = order.slice(from, from + BATCH);
      optimizer.rate = Optimizers.halfCosine(RATE, losses.length, updates);
      const rows = batch.map((n) => triples[n]), answers = batch.map((n) => sums[n]);
      losses.push(Training.update(network, optimizer, rows, answers));
    }
  };

  const train = (weights, orders, epochs = orders.length) => {
    const run = begin(weights);
    for (const order of orders.slice(0, epochs)) epoch(run, order);
    return { losses: run.losses, weights: Array.from(run.network.w) };
  };

  const isRight = (network, n) => Math.round(network.answer(triples[n])) === sums[n];
  const right = ({ network }) => triples.filter((_, n) => isRight(network, n)).length;

  const lossOf = ({ network }) => network.lossAndGradients(triples, sums);

  return { BATCH, EPOCHS, begin, epoch, lossOf, right, train, triples };
})();

Play.figure("sum-training", (figure) => {
  const { BATCH, EPOCHS, begin, epoch, lossOf, right, triples } = sumTraining;
  const POWERS = { 0: "1", "-4": "10⁻⁴", "-8": "10⁻⁸", "-12": "10⁻¹²", "-16": "≤ 10⁻¹⁶" };
  const LEAST = 1e-16; // the bottom of the frame
  const PAUSE = 6; // frames from one epoch to the next: else there is nothing to watch

  // `epochs`: the loss before training, and then the mean loss of each epoch
  const fresh = () => {
    const run = begin({ W: 0, U: start.value, b: 0 });
    return { ...run, U: start.value, epochs: [lossOf(run)] };
  };
  const meanOf = (losses) => losses.reduce((sum, loss) => sum + loss, 0) / losses.length;

  const range = { min: -2, max: 2, step: 0.1, value: 0 };
  const start = figure.slider("U starts at", range, () => { runs.stop(); again(); });
  let run = fresh(), before = null, frames = 0;
  const again = () => {
    if (run.losses.length) before = run;
    run = fresh();
  };
  const runs = figure.runner("Start", again, () => {
    if (++frames % PAUSE) return true;
    epoch(run, Optimizers.shuffled(triples.length));
    run.epochs.push(meanOf(run.losses.slice(-triples.length / BATCH)));
    return run.epochs.length <= EPOCHS;
  });

  const one = (U) => `U = ${Play.number(U)}`;
  figure.drawing("The mean loss of each epoch, on a logarithmic scale", 300, (pen) => {
    const room = { x: [0, EPOCHS], xticks: [0, 5, 10, 15, 20], y: [-16, 3], yticks: [] };
    const xlabel = "epoch: a pass over the 1,000 triples";
    const { X, Y } = pen.axes({ ...room, left: 66, top: 44, xlabel });
    const height = (loss) => Y(Math.log10(Math.max(loss, LEAST)));
    pen.text(4, 12, "mean loss of the epoch; at 0: before training", "small");
    for (const power in POWERS) pen.text(60, Y(power) + 4, POWERS[power], "end small");
    pen.line(X(0), height(24.75), X(EPOCHS), height(24.75), "grey dashed");
    pen.text(X(EPOCHS), height(24.75) - 10, "24.75: always answering 13.5", "end small");
    if (before) {
      pen.text(4, 29, `grey: the run before, from ${one(before.U)}`, "small");
      pen.path(before.epochs.map((loss, n) => [X(n), height(loss)]), "grey");
    }
    pen.path(run.epochs.map((loss, n) => [X(n), height(loss)]), "green");
    run.epochs.forEach((loss, n) => pen.dot(X(n), height(loss), 4, "green"));
  });

  figure.says(() => {
    const U = one(run.U), count = run.epochs.length - 1;
    if (runs.runs) return `It trains, from ${U} …`;
    const sums = `${right(run).toLocaleString("en")} of 1,000 sums are right after rounding`;
    if (!count) return `W = 0, ${U}, b = 0: ${sums}. Will it learn from there? Guess, then press Start.`;
    const weights = Array.from(run.network.w, (weight, n) => `${"WUb"[n]} = ${Play.number(weight, 3)}`);
    const ended = right(run) === 1000 ? "It learned" : "It failed";
    const when = count < EPOCHS ? `Stopped after ${count} of ${EPOCHS} epochs` : ended;
    const orders = "Each run draws its own order of the triples, so no two are alike.";
    const more = before ? orders : "From which U will it fail?";
    return `${when}, from ${U}: ${weights.join(", ")}, and ${sums}. ${more}`;
  });
});
