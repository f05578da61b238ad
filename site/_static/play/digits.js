// Play: three digits through one unit
// Needs: rnn.js
"use strict";

Play.figure("digits", (figure) => {
  const unit = { W: 1, U: 1, b: 0 }, digits = [1, 2, 3];
  let told = null, isOpen = false; // what the reader guessed; whether the states are shown

  const ask = () => {
    [told, isOpen, guessed.value] = [null, false, ""];
  };
  digits.forEach((value, t) => figure.whole(`Digit ${t + 1}`, { min: 0, max: 9, value }, (digit) => {
    digits[t] = digit;
    ask();
  }));
  figure.row();
  const sliders = Object.fromEntries(Object.keys(unit).map((name) => {
    const range = { min: -2, max: 2, step: 0.01, value: unit[name] };
    return [name, figure.slider(name, range, (input) => {
      unit[name] = Number(input.value);
      told = null;
    })];
  }));
  figure.row();
  const preset = (text, draw) => figure.button(text, () => {
    Object.assign(unit, draw());
    for (const name in unit) sliders[name].value = unit[name];
    ask();
  });
  for (const U of [1, 0, -1]) preset(`U = ${Play.number(U, 0)}`, () => ({ W: 1, U, b: 0 }));
  // Glorot uniform for one row and one column lies between ±√3; one orthogonal number is ±1
  preset("As Keras draws it", () => ({
    W: Math.round(100 * (2 * Math.random() - 1) * Math.sqrt(3)) / 100,
    U: Math.random() < 0.5 ? 1 : -1,
    b: 0,
  }));
  figure.row();
  const guessed = figure.text("Your guess for h₃", "", { inputmode: "decimal", size: 6 });
  figure.button("Open", () => {
    const words = guessed.value.trim().replace("−", "-").replace(",", ".");
    [told, isOpen] = [words === "" ? NaN : Number(words), true];
  });

  const states = () => {
    const rnn = { W: [unit.W], U: [unit.U], b: [unit.b], act: "linear" };
    return Rnn.walk(digits.map((digit) => [digit]), rnn).slice(1).map(([h]) => h);
  };
  const sum = () => digits[0] + digits[1] + digits[2];

  figure.drawing("The states h₁, h₂ and h₃ as bars", 250, (pen) => {
    const h = states(), shown = isOpen ? h : h.slice(0, 1);
    const most = Math.max(sum(), 1, ...shown), least = Math.min(0, ...shown), room = 0.15 * (most - least);
    const yticks = [...new Set([least, 0, most].map(Math.round))];
    const { X, Y } = pen.axes({ x: [0.5, 3.5], y: [least - room, most + room], xticks: [], yticks });
    pen.line(X(0.5), Y(0), X(3.5), Y(0), "axis");
    pen.line(X(0.5), Y(sum()), X(3.5), Y(sum()), "green dashed");
    pen.text(X(0.53), Y(sum()) - 5, `the sum, ${sum()}`, "small");
    h.forEach((height, t) => {
      const left = X(t + 0.75), width = X(t + 1.25) - left, top = Math.min(Y(height), Y(0));
      pen.text(X(t + 1), pen.height - 20, `h${"₁₂₃"[t]}`, "middle");
      pen.text(X(t + 1), pen.height - 4, `reads ${digits[t]}`, "middle small");
      if (t >= shown.length) return pen.text(X(t + 1), Y(0) - 8, "?", "middle large");
      pen.box(left, top, width, Math.abs(Y(height) - Y(0)), "red");
      const above = height < 0 ? Y(height) + 15 : top - 5;
      return pen.text(X(t + 1), above, Play.number(height), "middle");
    });
  });

  figure.says(() => {
    const [h_1, h_2, h_3] = states().map((h) => Play.number(h));
    const rule = "Each state is W times the digit, plus U times the state before, plus b.";
    if (!isOpen) return `${rule} So h₁ = ${h_1}. What will h₃ be? Guess, then press Open.`;
    const end = Math.abs(states()[2] - sum()) < 0.005 ? "the sum" : `and the sum is ${sum()}`;
    const now = `h₁ = ${h_1}, h₂ = ${h_2}, h₃ = ${h_3}, ${end}.`;
    if (told === null) return now;
    if (Number.isNaN(told)) return `That was no number; here it is. ${now}`;
    return `${Math.abs(told - states()[2]) < 0.01 ? "Right!" : `You said ${Play.number(told)}.`} ${now}`;
  });
});
