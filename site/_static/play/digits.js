// Play: three digits through one unit
// Needs: rnn.js
"use strict";

Play.figure("digits", (figure) => {
  const unit = { W: 1, U: 1, b: 0 };
  const digits = [1, 2, 3];
  let guess = null;

  digits.forEach((digit, t) => {
    figure.text(`Digit ${t + 1}`, digit, { type: "number", min: 0, max: 9 }, (input) => {
      digits[t] = Math.max(0, Math.min(9, Math.round(Number(input.value))));
      ask();
    });
  });
  figure.row();
  const sliders = Object.fromEntries(Object.keys(unit).map((name) => {
    const range = { min: -2, max: 2, step: 0.05, value: unit[name] };
    return [name, figure.slider(name, range, (input) => { unit[name] = Number(input.value); })];
  }));

  const preset = (text, values) => figure.button(text, () => {
    Object.assign(unit, values);
    for (const name in values) sliders[name].value = values[name];
    ask();
  });
  figure.row();
  for (const U of [1, 0, -1]) preset(`U = ${Play.number(U, 0)}`, { W: 1, U, b: 0 });
  // Glorot uniform for one row and one column lies between ±√3; one orthogonal number is ±1
  const toss = () => ({ W: (2 * Math.random() - 1) * Math.sqrt(3), U: Math.random() < 0.5 ? 1 : -1, b: 0 });
  figure.button("As Keras draws it", () => {
    Object.assign(unit, toss());
    for (const name in unit) sliders[name].value = unit[name];
    ask();
  });

  figure.row();
  const guessed = figure.text("Your guess for h₃", "", { inputmode: "decimal", size: 6 });
  const open = figure.button("Open", () => { guess = guessed.value.trim() || "nothing"; });
  const ask = () => { guess = null; guessed.value = ""; open.disabled = false; };

  const states = () => {
    const rnn = { W: [unit.W], U: [unit.U], b: [unit.b], act: "linear" };
    return Rnn.walk(digits.map((digit) => [digit]), rnn).slice(1).map(([h]) => h);
  };

  figure.drawing("The states h₁, h₂ and h₃ as bars", 240, (pen) => {
    const h = states(), sum = digits[0] + digits[1] + digits[2];
    const shown = guess === null ? h.slice(0, 1) : h;
    const most = Math.ceil(Math.max(sum, 1, ...shown)), least = Math.floor(Math.min(0, ...shown));
    const room = { x: [0.5, 3.5], y: [least, most + 1], xticks: [], yticks: [least, 0, most] };
    const { X, Y } = pen.axes(room);
    pen.line(X(0.5), Y(sum), X(3.5), Y(sum), "grey dashed");
    pen.text(X(0.55), Y(sum) - 5, `the sum, ${sum}`, "small");
    h.forEach((height, t) => {
      const left = X(t + 0.7), width = X(t + 1.3) - left;
      pen.text(X(t + 1), pen.height - 20, `h${"₁₂₃"[t]}`, "middle");
      pen.text(X(t + 1), pen.height - 4, `reads ${digits[t]}`, "middle small");
      if (t >= shown.length) return pen.text(X(t + 1), Y(0) - 8, "?", "middle large");
      pen.box(left, Y(Math.max(height, 0)), width, Math.abs(Y(height) - Y(0)), "red");
      return pen.text(X(t + 1), Y(Math.max(height, 0)) - 5, Play.number(height), "middle");
    });
  });

  figure.says(() => {
    const [h_1, h_2, h_3] = states().map((h) => Play.number(h)), sum = digits[0] + digits[1] + digits[2];
    if (guess === null) return `h₁ is ${h_1}. What will h₃ be? Guess, then press Open.`;
    const right = Math.abs(states()[2] - sum) < 0.005 ? "That is the sum." : `The sum is ${sum}.`;
    return `You said ${guess}. h₁ = ${h_1}, h₂ = ${h_2}, h₃ = ${h_3}. ${right}`;
  });
});
