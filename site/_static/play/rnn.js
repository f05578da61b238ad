// The networks of the series in plain JavaScript, for figures that compute.  Names and equations
// are those of the lessons.  Vectors are lists of numbers; a kernel W is one list of numbers, row
// after row, as NumPy keeps it.  dA is the gradient of the loss along A.
"use strict";

const Rnn = (() => {
  const zeros = (n) => new Array(n).fill(0);
  const one_hot = (place, size) => zeros(size).map((_, k) => (k === place ? 1 : 0));
  const sigmoid = (z) => 0.5 * Math.tanh(0.5 * z) + 0.5;

  // y ← y + x W
  const addProduct = (y, x, W) => {
    const n = y.length;
    for (let i = 0; i < x.length; i++) {
      if (x[i] === 0) continue;
      for (let j = 0; j < n; j++) y[j] += x[i] * W[i * n + j];
    }
  };

  // dx = dz Wᵀ
  const productBack = (dz, W, rows) => {
    const n = dz.length, dx = zeros(rows);
    for (let i = 0; i < rows; i++) {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += dz[j] * W[i * n + j];
      dx[i] = sum;
    }
    return dx;
  };

  // dW ← dW + xᵀ dz
  const addOuter = (dW, x, dz) => {
    const n = dz.length;
    for (let i = 0; i < x.length; i++) for (let j = 0; j < n; j++) dW[i * n + j] += x[i] * dz[j];
  };

  const addTo = (sum, x) => {
    for (let i = 0; i < x.length; i++) sum[i] += x[i];
  };

  // Array.from would walk an iterator: this is several times faster
  const copy = (x) => {
    const list = zeros(x.length);
    for (let i = 0; i < list.length; i++) list[i] = x[i];
    return list;
  };

  // x W + b
  const dense = (x, W, b) => {
    const y = copy(b);
    addProduct(y, x, W);
    return y;
  };

  // act(z), and act'(z) as told from h = act(z)
  const ACTIVATIONS = {
    tanh: [Math.tanh, (h) => 1 - h * h],
    linear: [(z) => z, () => 1],
  };

  // h_t = act(x_t W + h_{t-1} U + b)
  const step = (x, h, { W, U, b, act = "tanh" }) => {
    const z = dense(x, W, b);
    addProduct(z, h, U);
    const [f] = ACTIVATIONS[act];
    for (let j = 0; j < z.length; j++) z[j] = f(z[j]);
    return z;
  };

  // h_0, h_1, … h_T for inputs x_1 … x_T
  const walk = (xs, rnn, h_0 = rnn.h_0 ?? zeros(rnn.b.length)) => {
    const h = [copy(h_0)];
    for (const x of xs) h.push(step(x, h.at(-1), rnn));
    return h;
  };

  // From dh_1 … dh_T (null: nothing) add to the gradients of an rnn; return dx_1 … dx_T.
  const walkBack = (xs, h, dh, rnn, gradients) => {
    const [, slope] = ACTIVATIONS[rnn.act ?? "tanh"];
    const units = rnn.b.length, dx = [];
    let along = zeros(units);
    for (let t = xs.length; t > 0; t--) {
      if (dh[t - 1]) addTo(along, dh[t - 1]); // through the next step, and the output
      const dz = along;
      for (let j = 0; j < units; j++) dz[j] *= slope(h[t][j]);
      addOuter(gradients.W, xs[t - 1], dz);
      addOuter(gradients.U, h[t - 1], dz);
      addTo(gradients.b, dz);
      dx.push(productBack(dz, rnn.W, xs[t - 1].length));
      along = productBack(dz, rnn.U, units);
    }
    if (gradients.h_0) addTo(gradients.h_0, along);
    return dx.reverse();
  };

  // z = x W + h U + b, cut into i, f, g, o;  c_t = f c_{t-1} + i g,  h_t = o tanh(c_t)
  const lstmStep = (x, [h, c], { W, U, b }) => {
    const n = c.length, z = dense(x, W, b);
    addProduct(z, h, U);
    const [i, f, g, o] = [0, 1, 2, 3].map((k) =>
      z.slice(k * n, (k + 1) * n).map(k === 2 ? Math.tanh : sigmoid));
    const after = c.map((c_j, j) => f[j] * c_j + i[j] * g[j]);
    return [after.map((c_j, j) => o[j] * Math.tanh(c_j)), after, { i, f, g, o }];
  };

  const softmax = (logits, temperature = 1) => {
    const most = Math.max(...logits);
    const powers = logits.map((y) => Math.exp((y - most) / temperature));
    const total = powers.reduce((sum, p) => sum + p, 0);
    return powers.map((p) => p / total);
  };

  // Luong's attention: a_p = softmax(q A · m_p) over places p, and the context Σ a_p m_p
  const attend = (q, memory, A) => {
    const asked = dense(q, A, zeros(memory[0].length));
    const dot = (m) => m.reduce((sum, m_k, k) => sum + asked[k] * m_k, 0);
    const weights = softmax(memory.map(dot));
    const context = zeros(memory[0].length);
    memory.forEach((m, p) => addTo(context, m.map((m_k) => weights[p] * m_k)));
    return [context, weights];
  };

  // −t log σ(z) − (1 − t) log(1 − σ(z)), and its slope σ(z) − t
  const sigmoidCrossEntropy = (z, t) => {
    const half = Math.tanh(0.5 * z);
    const loss = 0.5 * Math.abs(z) + (0.5 - t) * z + Math.log(2) - Math.log1p(Math.abs(half));
    return [loss, 0.5 * half + 0.5 - t];
  };

  // Parts of one list of numbers, by name: a change in a part is a change in the list.
  const views = (all, sizes) => {
    let begin = 0;
    const parts = Object.entries(sizes).map(([name, n]) => [name, all.subarray(begin, (begin += n))]);
    return Object.fromEntries(parts);
  };

  // Weights that were packed as text: thousandths, two bytes each, the low one first.
  const unpack = (text) => {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const numbers = new DataView(bytes.buffer);
    return Float64Array.from({ length: bytes.length / 2 }, (_, i) => numbers.getInt16(2 * i, true) / 1000);
  };

  return { ACTIVATIONS, addOuter, addProduct, addTo, attend, dense, lstmStep, one_hot,
    productBack, sigmoid, sigmoidCrossEntropy, softmax, step, unpack, views, walk, walkBack, zeros };
})();

globalThis.Rnn = Rnn;
