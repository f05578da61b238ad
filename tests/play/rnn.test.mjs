// The arithmetic of the figures by itself: `node --test tests/play/`.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { runInThisContext } from "node:vm";

const PLAY = new URL("../../site/_static/play/", import.meta.url);
for (const name of ["rnn.js", "optimizers.js", "training.js", "pen.js"])
  runInThisContext(readFileSync(new URL(name, PLAY), "utf8"), name);

const near = (found, wanted, room = 1e-12) => {
  assert.equal(found.length, wanted.length);
  found.forEach((x, n) => assert.ok(Math.abs(x - wanted[n]) <= room, `${found} is not ${wanted}`));
};

test("one linear unit adds 1, 2, 3 to 1, 3, 6", () => {
  const rnn = { W: [1], U: [1], b: [0], act: "linear" };
  assert.deepEqual(Rnn.walk([[1], [2], [3]], rnn), [[0], [1], [3], [6]]);
});

test("a step is tanh(x W + h U + b), row after row", () => {
  const [x, h, W, U, b] = [[1, 2], [0.5, -1], [1, 2, 3, 4], [0.1, 0.2, 0.3, 0.4], [0.01, 0.02]];
  near(Rnn.step(x, h, { W, U, b }), [Math.tanh(7.01 - 0.25), Math.tanh(10.02 - 0.3)]);
});

test("the way back equals central differences", () => {
  const xs = [[1, -0.5], [0.2, 0.7], [-0.3, 0.4]], sizes = { W: 4, U: 4, b: 2, h_0: 2 };
  const weights = Array.from({ length: 12 }, (_, n) => Math.sin(7 * n) / 2);
  const loss = (w) => {
    const rnn = Rnn.views(Float64Array.from(w), sizes);
    return Rnn.walk(xs, rnn).slice(1).reduce((sum, [a, b], t) => sum + (t + 1) * a - b, 0);
  };
  const g = new Float64Array(12), rnn = Rnn.views(Float64Array.from(weights), sizes);
  const dh = xs.map((_, t) => [t + 1, -1]);
  Rnn.walkBack(xs, Rnn.walk(xs, rnn), dh, rnn, Rnn.views(g, sizes));
  const moved = (n, by) => loss(weights.map((w, k) => w + (k === n ? by : 0)));
  near([...g], weights.map((_, n) => (moved(n, 1e-5) - moved(n, -1e-5)) / 2e-5), 1e-8);
});

test("a shut LSTM keeps its cell, an open one replaces it", () => {
  const W = [0, 0, 0, 0], U = [0, 0, 0, 0];
  near(Rnn.lstmStep([1], [[0], [0.3]], { W, U, b: [-50, 50, 1, 50] })[1], [0.3]);
  near(Rnn.lstmStep([1], [[0], [0.3]], { W, U, b: [50, -50, 1, 50] })[1], [Math.tanh(1)]);
});

test("probabilities add up to 1, and heat makes them more alike", () => {
  const cold = Rnn.softmax([1, 2, 4], 0.5), hot = Rnn.softmax([1, 2, 4], 5);
  for (const p of [cold, hot]) assert.ok(Math.abs(p[0] + p[1] + p[2] - 1) < 1e-15);
  assert.ok(cold[2] > 0.97 && hot[2] < 0.5);
  near(Rnn.softmax([1000, 1000]), [0.5, 0.5]);
});

test("attention picks the place that fits", () => {
  const [context, weights] = Rnn.attend([50, 0], [[1, 0], [0, 1]], [1, 0, 0, 1]);
  near(weights, [1, 0]);
  near(context, [1, 0]);
});

test("packed weights are thousandths with their signs", () => {
  near([...Rnn.unpack(btoa("\x01\x00\xff\xff\xe8\x03"))], [0.001, -0.001, 1]);
});

test("views are views", () => {
  const all = new Float64Array(3), { b } = Rnn.views(all, { W: 2, b: 1 });
  b[0] = 7;
  assert.equal(all[2], 7);
});

test("the first step of Adam is as long as its rate, of RMSProp by its decay", () => {
  const w = Float64Array.of(1, 1);
  new Optimizers.Adam({ rate: 0.1 }).step(w, [3, -0.002]);
  near([...w], [0.9, 1.1], 1e-3);
  const v = Float64Array.of(1);
  new Optimizers.RMSProp({ rate: 0.1, decay: 0.75, momentum: 0, epsilon: 1e-12 }).step(v, [5]);
  near([...v], [0.8], 1e-9);
});

test("momentum looks ahead by what it moved", () => {
  const w = Float64Array.of(0), optimizer = new Optimizers.RMSProp({ rate: 1, decay: 0, momentum: 0.5, epsilon: 1e-12 });
  optimizer.step(w, [2]);
  near([...w], [-1], 1e-9);
  optimizer.lookAhead(w);
  near([...w], [-1.5], 1e-9);
});

test("a bit that is told for sure costs nothing, a wrong one much", () => {
  near(Rnn.sigmoidCrossEntropy(0, 1), [Math.log(2), -0.5]);
  near(Rnn.sigmoidCrossEntropy(40, 1), [0, 0], 1e-15);
  near(Rnn.sigmoidCrossEntropy(-40, 1), [40, -1]);
});

test("a place on the drawing and the point that it stands for", () => {
  const pen = Object.assign(new Pen({ namespaceURI: "" }, 100), { add() {}, width: 400 });
  const { X, Y, back } = pen.axes({ x: [-2, 2], y: [0, 10], left: 40, right: 360, top: 0, bottom: 80 });
  assert.deepEqual([X(-2), X(2), Y(0), Y(10)], [40, 360, 80, 0]);
  near(back(X(0.7), Y(3)), [0.7, 3]);
});

test("an order has each number once, and orders differ", () => {
  const order = Optimizers.shuffled(1000);
  assert.deepEqual([...order].sort((a, b) => a - b), Array.from({ length: 1000 }, (_, n) => n));
  assert.notDeepEqual(order, Optimizers.shuffled(1000));
});
