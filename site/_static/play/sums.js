// The sum of three digits, lessons 1 to 3: the data, and exact losses, as in helpers.models.sums.
"use strict";

const Sums = (() => {
  const MEAN = 4.5, VARIANCE = 8.25; // of a digit 0 … 9, each equally likely
  const total = (list) => list.reduce((all, x) => all + x, 0);
  const triples = Array.from({ length: 1000 }, (_, n) => [100, 10, 1].map((p) => Math.floor(n / p) % 10));

  // The loss of h_3 = x_1 W U² + x_2 W U + x_3 W + b (1 + U + U²)
  const expected_loss = ([W, U, b]) => {
    const powers = [1, U, U * U], errors = powers.map((power) => W * power - 1);
    return VARIANCE * total(errors.map((e) => e * e)) + (MEAN * total(errors) + b * total(powers)) ** 2;
  };

  // F = (1 + U + U²) / (1 − U + U²), lowest at U = −1 and highest at U = 1, and its slope along U
  const fraction = (U) => (1 + U + U * U) / (1 - U + U * U);
  const fractionSlope = (U) => (2 * (1 - U * U)) / (1 - U + U * U) ** 2;

  // What W at its best leaves of the loss is told by F alone, and falls where F rises: L* with b at
  // its best, and with b = 0 it is 3 S − S² F / (σ² + μ² F).  `slope` is along F.
  const S = VARIANCE + 3 * MEAN ** 2, below = (F) => VARIANCE + MEAN ** 2 * F;
  const withBestB = { loss: (F) => VARIANCE * (3 - F), slope: () => -VARIANCE };
  const withoutB = {
    loss: (F) => 3 * S - (S * S * F) / below(F),
    slope: (F) => -VARIANCE * (S / below(F)) ** 2,
  };

  // With A = 1 + U² + U⁴ and B = 1 + U + U² the best b leaves σ² (A W² − 2 B W + 3)
  const best_b_loss = (U, W) =>
    VARIANCE * ((1 + U ** 2 + U ** 4) * W * W - 2 * (1 + U + U ** 2) * W + 3);
  const best_b_slopes = (U, W) => [
    2 * VARIANCE * W * ((U + 2 * U ** 3) * W - (1 + 2 * U)),
    2 * VARIANCE * ((1 + U ** 2 + U ** 4) * W - (1 + U + U ** 2)),
  ];

  // With U = 1 and a table a_0 … a_9 a sum is off by three errors e_d = a_d − d, drawn one by one:
  // the mean square is the variance, 3 var(e), and the square of the mean, (3 mean(e))².
  const table_loss = (table) => {
    const errors = table.map((a_d, d) => a_d - d), mean = total(errors) / 10;
    return (3 * total(errors.map((e) => (e - mean) ** 2))) / 10 + (3 * mean) ** 2;
  };

  return { best_b_loss, best_b_slopes, expected_loss, fraction, fractionSlope, table_loss, total,
    triples, withBestB, withoutB };
})();

globalThis.Sums = Sums;
