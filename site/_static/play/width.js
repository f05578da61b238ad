// Play: a line or a cloud
// Needs: rnn.js optimizers.js training.js sums.js
"use strict";

Play.figure("width", (figure) => {
  const WIDTH = 10, EPOCHS = 10, BATCH = 20, RATE = 0.1, UPDATES = (EPOCHS * 1000) / BATCH;
  const { triples, total: sumOf } = Sums;
  const shown = Play.number, percent = (share) => (share > 0.995 ? "over 99" : shown(100 * share, 0)) + "\u00a0%";
  let seed = 1, random, network, adam, order, done, views, before;

  // A linear congruential generator: the same numbers from 0 to 1 for the same seed
  const generator = (state) => () => (state = (state * 1664525 + 1013904223) % 2 ** 32) / 2 ** 32;

  // The strongest direction of a covariance: multiply by it again and again, from `begin` on
  const strongest = (covariance, begin) => {
    let direction = begin, length = 0;
    for (let n = 0; n < 300; n++) {
      const turned = Rnn.dense(direction, covariance, Rnn.zeros(WIDTH));
      length = Math.hypot(...turned);
      direction = turned.map((x) => x / length);
    }
    return [direction, length];
  };

  // Where the rows of E lie along its first two principal components, and the share of the first
  const components = (E, begin) => {
    const covariance = Rnn.zeros(WIDTH * WIDTH), mean = Rnn.zeros(WIDTH);
    E.forEach((row) => Rnn.addTo(mean, row.map((x) => x / 10)));
    const centred = E.map((row) => row.map((x, k) => x - mean[k]));
    centred.forEach((row) => Rnn.addOuter(covariance, row, row));
    const spread = mean.reduce((sum, _, k) => sum + covariance[k * (WIDTH + 1)], 0);
    const [first, size] = strongest(covariance, begin[0]);
    Rnn.addOuter(covariance, first, first.map((x) => -size * x));
    const [second] = strongest(covariance, begin[1]);
    const along = (direction) => centred.map((row) => row.reduce((sum, x, k) => sum + x * direction[k], 0));
    const x = along(first), turn = x[9] < x[0] ? -1 : 1; // 9 shall lie to the right of 0
    const scores = [x.map((x_d) => turn * x_d), along(second)];
    return { scores, share: size / spread, directions: [first, second] };
  };

  const look = () => {
    const rows = triples.slice(0, 10).map((_, d) => Array.from(network.row(network.rnn.E, d)));
    views = components(rows, views?.directions ?? [Rnn.one_hot(0, WIDTH), Rnn.one_hot(1, WIDTH)]);
  };

  const start = () => {
    random = generator(seed * 123456);
    const within = (most, count) => Array.from({ length: count }, () => most * (2 * random() - 1));
    const E = within(width.value, 10 * WIDTH), W = within(Math.sqrt(6 / (WIDTH + 1)), WIDTH); // as Glorot
    network = new Training.Summer([...E, ...W, 0, 0], WIDTH);
    // By the book.  Keras's Adam squares the gradient of each occurrence of a digit, not of their sum:
    // its rows move further, and from wide starts the lesson's shares are somewhat larger.
    adam = new Optimizers.Adam({ rate: RATE });
    [done, views] = [0, null];
    look();
    before = views.share;
  };

  const update = () => {
    const begin = (done * BATCH) % 1000;
    if (begin === 0) order = Optimizers.shuffled(1000, random).map((n) => triples[n]);
    const batch = order.slice(begin, begin + BATCH);
    adam.rate = Optimizers.halfCosine(RATE, done, UPDATES);
    Training.update(network, adam, batch, batch.map(sumOf));
    done += 1;
  };

  const anew = () => { train.stop(); start(); };
  const width = figure.slider("Start within ±", { min: 0.05, max: 2, step: 0.05, value: 0.05 }, anew);
  const train = figure.runner("Train", start, () => {
    for (let n = 0; n < 6 && done < UPDATES; n++) update();
    look();
    return done < UPDATES;
  });
  figure.button("Draw other numbers", () => { seed += 1; anew(); });
  start();

  figure.drawing("The ten rows of E in the two directions in which they differ most", 326, (pen) => {
    const { scores: [x, y], share } = views, left = 48, right = pen.width - 16, top = 36, bottom = 290;
    const most = (list) => Math.max(...list.map(Math.abs));
    // One scale for both, so that a line looks like one
    const scale = Math.min((right - left - 40) / 2 / most(x), (bottom - top - 36) / 2 / most(y));
    const a = (right - left) / 2 / scale, c = (bottom - top) / 2 / scale;
    const ten = 10 ** Math.floor(Math.log10(c)), tick = ten * [5, 2, 1].find((n) => n * ten <= c);
    const ticks = [-tick, 0, tick].map((t) => Number(t.toFixed(4)));
    const frame = { left, right, top, bottom, xlabel: `first direction: ${percent(share)} of the variance` };
    const { X, Y } = pen.axes({ x: [-a, a], y: [-c, c], xticks: ticks, yticks: ticks, ...frame });
    pen.text(4, 12, "second direction", "small");
    pen.text(right, 12, `axes fit the rows, ticks at ±${ticks[2]}`, "end small");
    if (done) pen.text(right, 29, `update ${done} of ${UPDATES}`, "end small");
    const points = x.map((x_d, d) => [X(x_d), Y(y[d])]);
    pen.path(points, "grey thin");
    const fill = "var(--color-background-primary)"; // of two that overlap the later one is read
    points.forEach(([px, py], d) => {
      pen.add("circle", { cx: px, cy: py, r: 9, fill, stroke: "var(--blue)" });
      pen.text(px, py + 4, d, "middle small");
    });
  });

  figure.says(() => {
    if (train.runs) return `It trains: ${UPDATES} updates …`;
    const ask = "Will training put them on a line, and will the network add? Guess, then press Train.";
    if (done === 0) return `The rows of the ten digits: ten numbers each, within ±${shown(width.value)}. ` +
      `You see them in the two directions in which they differ most, joined from 0 to 9. ${ask}`;
    const errors = triples.map((digits) => network.answer(digits) - sumOf(digits));
    const right = errors.filter((error) => Math.abs(error) < 0.5).length.toLocaleString("en");
    const loss = errors.reduce((sum, error) => sum + error * error, 0) / 1000;
    const ordered = views.scores[0].every((x_d, d, x) => d === 0 || x_d > x[d - 1]);
    return `${done < UPDATES ? "Stopped after" : "After"} ${done} updates: the first direction has ` +
      `${percent(views.share)} of the rows' variance (before: ${percent(before)}), and along it the digits ` +
      `are ${ordered ? "" : "not "}in order. ${right} of 1,000 sums are right after rounding; ` +
      `the loss is ${loss < 1e-6 ? "below a millionth" : shown(loss, 6)}.`;
  });
});
