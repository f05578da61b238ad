// How a network is trained in the page: the optimizers of the series, and what a recipe needs.
"use strict";

const Optimizers = (() => {
  const { zeros } = Rnn;

  // Each optimizer changes `w`, given the gradients `g`; both are lists of one length.
  class Adam {
    constructor({ rate, beta_1 = 0.9, beta_2 = 0.999, epsilon = 1e-7 }) {
      Object.assign(this, { rate, beta_1, beta_2, epsilon, steps: 0 });
    }

    // m ← β₁ m + (1 − β₁) g,  s ← β₂ s + (1 − β₂) g²,  w ← w − η √(1 − β₂ᵗ) / (1 − β₁ᵗ) · m / (√s + ε)
    step(w, g) {
      this.m ??= zeros(w.length);
      this.s ??= zeros(w.length);
      this.steps += 1;
      const { m, s, beta_1, beta_2, epsilon, steps } = this;
      const factor = (this.rate * Math.sqrt(1 - beta_2 ** steps)) / (1 - beta_1 ** steps);
      for (let i = 0; i < w.length; i++) {
        m[i] += (1 - beta_1) * (g[i] - m[i]);
        s[i] += (1 - beta_2) * (g[i] * g[i] - s[i]);
        w[i] -= (factor * m[i]) / (Math.sqrt(s[i]) + epsilon);
      }
    }
  }

  class RMSProp {
    constructor({ rate, decay, momentum, epsilon }) {
      Object.assign(this, { rate, decay, momentum, epsilon });
    }

    // w ← w + m v: where the gradient shall be taken
    lookAhead(w) {
      if (this.v) for (let i = 0; i < w.length; i++) w[i] += this.momentum * this.v[i];
    }

    // s ← λ s + (1 − λ) g²,  v ← m v − η g / √(s + ε),  w ← w − η g / √(s + ε)
    step(w, g) {
      this.s ??= zeros(w.length);
      this.v ??= zeros(w.length);
      const { s, v, rate, decay, momentum, epsilon } = this;
      for (let i = 0; i < w.length; i++) {
        s[i] = decay * s[i] + (1 - decay) * g[i] * g[i];
        const change = (rate * g[i]) / Math.sqrt(s[i] + epsilon);
        v[i] = momentum * v[i] - change;
        w[i] -= change;
      }
    }
  }

  // Every order of the numbers below `count` is equally likely (Fisher and Yates).
  const shuffled = (count, random = Math.random) => {
    const order = Array.from({ length: count }, (_, n) => n);
    for (let n = count - 1; n > 0; n--) {
      const other = Math.floor(random() * (n + 1));
      [order[n], order[other]] = [order[other], order[n]];
    }
    return order;
  };

  // A rate that falls to 0 along half a cosine
  const halfCosine = (rate, done, updates) => rate * 0.5 * (1 + Math.cos((Math.PI * done) / updates));

  return { Adam, RMSProp, halfCosine, shuffled };
})();

globalThis.Optimizers = Optimizers;
