// Play: a line or a cloud
// Needs: rnn.js training.js
"use strict";

Play.figure("width", (figure) => {
  const WIDTH = 10, EPOCHS = 10, BATCH = 20, RATE = 0.1, UPDATES = (EPOCHS * 1000) / BATCH;
  const triples = Array.from({ length: 1000 }, (_, n) => Array.from(String(n).padStart(3, "0"), Number));
  const sumOf = ([first, second, third]) => first + second + third;
  let seed = 1, random, network, adam, order, done, views, before;

  const percent = (share) => `${Play.number(100 * share, 0)} %`;

  // A linear congruential generator: the same numbers from 0 to 1 for the same seed
  const generator = (state) => () => (state = (state * 1664525 + 1013904223) % 2 ** 32) / 2 ** 32;

  const shuffled = (list) =>
    list.map((one) => [random(), one]).sort(([a], [b]) => a - b).map(([, one]) => one);

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
    for (const row of centred) Rnn.addOuter(covariance, row, row);
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
    adam = new Training.Adam({ rate: RATE });
    done = 0;
    views = null;
    look();
    before = views.share;
  };

  const update = () => {
    if ((done * BATCH) % 1000 === 0) order = shuffled(triples);
    const begin = (done * BATCH) % 1000, batch = order.slice(begin, begin + BATCH);
    adam.rate = (RATE * (1 + Math.cos((Math.PI * done) / UPDATES))) / 2;
    Training.update(network, adam, batch, batch.map(sumOf));
    done += 1;
  };

  const anew = () => { train.stop(); start(); };
  const width = figure.slider("Starting width ±", { min: 0.05, max: 2, step: 0.05, value: 0.05 }, anew);
  const train = figure.runner("Train", start, () => {
    for (let n = 0; n < 6 && done < UPDATES; n++) update();
    look();
    return done < UPDATES;
  });
  figure.button("Other seed", () => { seed += 1; anew(); });
  start();

  figure.drawing("The ten rows of E along their first two principal components", 310, (pen) => {
    const [x, y] = views.scores, left = 48, right = pen.width - 16, top = 20, bottom = 274;
    const most = (list) => Math.max(...list.map(Math.abs));
    // One scale for both directions, so that a line looks like one
    const scale = Math.min((right - left - 40) / 2 / most(x), (bottom - top - 36) / 2 / most(y));
    const a = (right - left) / 2 / scale, c = (bottom - top) / 2 / scale;
    const ten = 10 ** Math.floor(Math.log10(c)), tick = ten * [5, 2, 1].find((n) => n * ten <= c);
    const ticks = [-tick, 0, tick].map((t) => Number(t.toFixed(4)));
    const xlabel = `first component (${percent(views.share)}; before ${percent(before)})`;
    const room = { x: [-a, a], y: [-c, c], xticks: ticks, yticks: ticks, xlabel };
    const { X, Y } = pen.axes({ ...room, left, right, top, bottom });
    pen.text(4, 12, "second component", "small");
    const points = x.map((x_d, d) => [X(x_d), Y(y[d])]);
    pen.path(points, "grey thin");
    points.forEach(([px, py], d) => {
      pen.dot(px, py, 11, "blue faint");
      pen.text(px, py + 5, d, "middle");
    });
  });

  figure.says(() => {
    if (train.runs) return "It trains: 500 updates.";
    if (done === 0) {
      return `Ten rows drawn within ±${Play.number(width.value)}, 0 to 9 joined in order. ` +
        "Will they stand on a line after training, and will the network add? Press Train.";
    }
    const errors = triples.map((digits) => network.answer(digits) - sumOf(digits));
    const right = errors.filter((error) => Math.abs(error) < 0.5).length.toLocaleString("en");
    const loss = errors.reduce((sum, error) => sum + error * error, 0) / 1000;
    const ordered = views.scores[0].every((x_d, d, x) => d === 0 || x_d > x[d - 1]);
    return `After ${done} updates: ${views.share > 0.75 ? "close to a line" : "a wide cloud"}, ` +
      `${ordered ? "" : "not "}in order. The first component had ${percent(before)} of the spread, now ` +
      `${percent(views.share)}. ${right} of 1,000 sums are right after rounding; the loss is ` +
      `${loss < 1e-6 ? "below a millionth" : Play.number(loss, 6)}.`;
  });
});
