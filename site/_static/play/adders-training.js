// Play: train adders here
// Needs: rnn.js optimizers.js training.js
"use strict";

globalThis.addersTraining = (() => {
  const RECIPE = { rate: 0.05, decay: 0.5, momentum: 0.8, epsilon: 1e-6 };
  const PAIRS = 2000, BATCH = 100, PASSES = 5, STEPS = 7; // numbers of 6 bits, and the last carry
  const list = (length, make) => Array.from({ length }, (_, n) => make(n));
  const bitsOf = (number) => list(STEPS, (t) => (number >> t) & 1);

  // Kernels between ±√(6 / (rows + columns)), Glorot uniform; the rest is 0.
  const fresh = (random, units) => {
    const kernel = (rows, columns) =>
      list(rows * columns, () => (2 * random() - 1) * Math.sqrt(6 / (rows + columns)));
    const W = kernel(2, units), U = kernel(units, units), b_and_h_0 = Rnn.zeros(2 * units);
    return new Training.Adder([...W, ...U, ...b_and_h_0, ...kernel(units, 1), 0], units);
  };

  const drawPairs = (random) => {
    const drawn = list(PAIRS, () => [0, 1].map(() => Math.floor(64 * random())));
    const pairs = drawn.map(([a, b]) => list(STEPS, (t) => [bitsOf(a)[t], bitsOf(b)[t]]));
    return [pairs, drawn.map(([a, b]) => bitsOf(a + b))];
  };

  // For each pass the numbers of all pairs in a new random order
  const drawOrders = (random) => list(PASSES, () => Optimizers.shuffled(PAIRS, random));

  // One update after another; gives the loss before each.
  const updates = function* (network, orders, pairs, sums) {
    const optimizer = new Optimizers.RMSProp(RECIPE);
    for (const order of orders) {
      for (let begin = 0; begin < order.length; begin += BATCH) {
        const batch = order.slice(begin, begin + BATCH), those = (all) => batch.map((n) => all[n]);
        yield Training.update(network, optimizer, those(pairs), those(sums));
      }
    }
  };
  const train = (...all) => [...updates(...all)];

  // Right on all 4,096 pairs?  Pairs that begin alike go through the same states, so all are a
  // tree; it is left at the first wrong bit.
  const addsAll = (network, h = network.parts.h_0, carry = 0, left = STEPS) =>
    (left > 1 ? [[0, 0], [0, 1], [1, 0], [1, 1]] : [[0, 0]]).every((x) => {
      const state = Rnn.step(x, h, network.parts), ones = x[0] + x[1] + carry;
      const right = network.output(state) > 0 === (ones % 2 === 1);
      return right && (left === 1 || addsAll(network, state, ones >> 1, left - 1));
    });

  return { addsAll, drawOrders, drawPairs, fresh, train, updates };
})();

Play.figure("adders-training", (figure) => {
  const { addsAll, drawOrders, drawPairs, fresh, updates } = addersTraining, LAST = 100;
  const results = []; // right or not, of all that the reader trains
  let networks = [];
  const draw = () => {
    const data = drawPairs(Math.random);
    networks = Array.from({ length: count.value }, () => {
      const adder = fresh(Math.random, 3), steps = updates(adder, drawOrders(Math.random), ...data);
      return { adder, steps, losses: [steps.next().value], right: null };
    });
  };
  const done = () => networks[0].losses.length, ended = () => networks.at(-1).right !== null;

  // As many updates of all as fit into a frame; then a test, one network a frame
  const frame = () => {
    const end = performance.now() + 12;
    while (done() < LAST && performance.now() < end) {
      for (const { losses, steps } of networks) losses.push(steps.next().value);
    }
    if (done() < LAST) return true;
    const next = networks.find(({ right }) => right === null);
    results.push(next.right = addsAll(next.adder));
    return !ended();
  };

  const range = { min: 1, max: 64, step: 1, value: 16 };
  const count = figure.slider("Networks", range, () => { runner.stop(); draw(); });
  const runner = figure.runner("Train", () => ended() && draw(), frame);
  draw();

  const KINDS = [[null, "grey thin", "not tested yet"], [true, "blue", "adds all pairs"],
    [false, "orange thin dashed", "does not"]];
  figure.drawing("The loss of each network, update by update, on a logarithmic scale", 300, (pen) => {
    const { X, Y } = pen.axes({ x: [0, LAST], y: [-4, 0.4], left: 48, top: 30, yticks: [],
      xticks: [0, 20, 40, 60, 80, 100], xlabel: "updates of the weights, each after 100 sums" });
    for (const power of [0, -1, -2, -3, -4]) pen.text(42, Y(power) + 4, String(10 ** power), "end small");
    pen.line(X(0), Y(Math.log10(Math.LN2)), X(LAST), Y(Math.log10(Math.LN2)), "grey thin dashed");
    for (const { losses, right } of networks) {
      const points = losses.map((loss, t) => [X(t), Y(Math.max(-4, Math.log10(loss)))]);
      if (points.length > 1) pen.path(points, KINDS.find(([kind]) => kind === right)[1]);
      else pen.dot(...points[0], 3, "grey");
    }
    pen.text(4, 12, "loss", "small");
    KINDS.filter(([kind]) => networks.some(({ right }) => right === kind)).forEach(([, look, name], n) => {
      pen.line(48 + n * 106, 8, 62 + n * 106, 8, `${look} open`);
      pen.text(67 + n * 106, 12, name, "small");
    });
  });

  figure.says(() => {
    const many = networks.length, one = many === 1;
    if (runner.runs) return one ? "It trains." : "They train.";
    const last = networks.map(({ losses }) => Play.number(losses.at(-1))).sort((a, b) => a - b);
    const cost = one ? `its loss is ${last[0]}` : `their losses are ${last[0]} to ${last.at(-1)}`;
    if (ended()) {
      const learned = (tested) => tested.filter(Boolean).length, right = learned(results.slice(-many));
      const result = one ? ["It does not add", "It adds"][right] : `${right} of ${many} add`;
      const all = results.length > many ? ` So far ${learned(results)} of your ${results.length} do.` : "";
      return `${result} all 4,096 pairs of 6-bit numbers without a mistake.${all} Train again?`;
    }
    if (done() > 1) return `Stopped after ${done()} updates: ${cost}. Press Train to go on.`;
    return `Press Train: ${one ? "will this network" : `how many of ${many} networks will`} learn to add ` +
      `all pairs of 6-bit numbers? Untrained, ${cost}; a mere guess has 0.69 (dashed).`;
  });
});
