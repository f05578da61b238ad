// The networks that train in the page: those of lessons 1 to 3, and the adder.
"use strict";

const Training = (() => {
  const { addOuter, addTo, productBack, sigmoidCrossEntropy, views, walk, walkBack } = Rnn;

  // Lessons 1 to 3: h_t = x_t W + h_{t-1} U + b; the answer is h_3, the loss (h_3 − sum)².  A digit
  // is x_t itself, or with a width it is row d of a table E (10, width).
  class Summer {
    static sizes = (width) => ({ E: 10 * width, W: width || 1, U: 1, b: 1 });

    constructor(weights, width = 0) {
      this.width = width;
      this.w = Float64Array.from(weights);
      this.g = new Float64Array(weights.length);
      this.rnn = { ...views(this.w, Summer.sizes(width)), act: "linear" };
      this.gradients = views(this.g, Summer.sizes(width));
    }

    row(all, d) {
      return all.subarray(d * this.width, (d + 1) * this.width);
    }

    inputs(digits) {
      return digits.map((d) => (this.width ? this.row(this.rnn.E, d) : [d]));
    }

    answer(digits) {
      return walk(this.inputs(digits), this.rnn).at(-1)[0];
    }

    // Returns the mean loss of some rows of digits, and fills g.
    lossAndGradients(rows, sums) {
      let loss = 0;
      this.g.fill(0);
      rows.forEach((digits, n) => {
        const xs = this.inputs(digits), h = walk(xs, this.rnn);
        const error = h.at(-1)[0] - sums[n];
        loss += error * error;
        const dh = [...digits.slice(1).map(() => null), [(2 * error) / rows.length]];
        const dx = walkBack(xs, h, dh, this.rnn, this.gradients);
        if (this.width) digits.forEach((d, t) => addTo(this.row(this.gradients.E, d), dx[t]));
      });
      return loss / rows.length;
    }
  }

  // Lesson 4: h_t = tanh(x_t W + h_{t-1} U + b), y_t = h_t V + d; a bit of the sum is 1 where y_t > 0.
  class Adder {
    static sizes = (n) => ({ W: 2 * n, U: n * n, b: n, h_0: n, V: n, d: 1 });

    constructor(weights, units = 3) {
      this.w = Float64Array.from(weights);
      this.g = new Float64Array(weights.length);
      this.parts = views(this.w, Adder.sizes(units));
      this.gradients = views(this.g, Adder.sizes(units));
    }

    // h_0 … h_T, and y_1 … y_T, for columns of two bits, the lowest first
    read(columns, begin) {
      const h = walk(columns, this.parts, begin);
      return { h, y: h.slice(1).map((h_t) => this.output(h_t)) };
    }

    output(h_t) {
      const { V, d } = this.parts;
      return h_t.reduce((sum, h_j, j) => sum + h_j * V[j], d[0]);
    }

    // Returns the mean loss over all bits of some sums, and fills g.
    lossAndGradients(pairs, sums) {
      const { gradients, parts } = this, count = pairs.length * sums[0].length;
      let loss = 0;
      this.g.fill(0);
      pairs.forEach((columns, n) => {
        const { h, y } = this.read(columns);
        const dh = y.map((y_t, t) => {
          const [cost, slope] = sigmoidCrossEntropy(y_t, sums[n][t]);
          const dy = [slope / count];
          loss += cost;
          addOuter(gradients.V, h[t + 1], dy);
          addTo(gradients.d, dy);
          return productBack(dy, parts.V, h[t + 1].length);
        });
        walkBack(columns, h, dh, parts, gradients);
      });
      return loss / count;
    }
  }

  // One update; returns the loss before it.
  const update = (network, optimizer, inputs, targets) => {
    optimizer.lookAhead?.(network.w);
    const loss = network.lossAndGradients(inputs, targets);
    optimizer.step(network.w, network.g);
    return loss;
  };

  return { Adder, Summer, update };
})();

globalThis.Training = Training;
