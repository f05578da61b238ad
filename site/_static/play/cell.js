// Play: type a text, and see what a cell holds
// Needs: rnn.js data/reader.js
"use strict";

Play.figure("cell", (figure) => {
  const UNITS = 16, SHOWN = { " ": "␣", "\n": "↵" };
  const begin = 'cdc "abba" cd (c)\ndc "ab';
  const options = Object.fromEntries(Play.data.reader.map((_, n) => [n, n + 1]));
  const which = figure.choice("Network", options);
  const named = figure.choice("Cell", { quote: "that tells the quote best", position: "that tells the position best",
    ...Object.fromEntries(Array.from({ length: UNITS }, (_, k) => [`c${k}`, `number ${k}`])) });
  figure.row();
  const field = figure.area("Text: a b c d \" ( ), blanks and line ends", begin, { rows: 3, cols: 30 });

  const layer = ({ weights, alphabet }) => {
    const n = alphabet.length, sizes = { W: n * 4 * UNITS, U: UNITS * 4 * UNITS, b: 4 * UNITS, V: UNITS * n, d: n };
    return Rnn.views(Rnn.unpack(weights), sizes);
  };

  // What all cells hold after each letter that the network knows.
  const read = () => {
    const model = Play.data.reader[which.value], weights = layer(model);
    const letters = [...field.value].filter((letter) => model.alphabet.includes(letter)).slice(0, 200);
    let state = [Rnn.zeros(UNITS), Rnn.zeros(UNITS)];
    const cells = letters.map((letter) => {
      const x = Rnn.one_hot(model.alphabet.indexOf(letter), model.alphabet.length);
      state = Rnn.lstmStep(x, state, weights);
      return state[1];
    });
    const unit = Number(model.cells[named.value] ?? named.value.slice(1));
    return { letters, unit, held: cells.map((c) => c[unit]) };
  };

  figure.drawing("Each letter of the text on a square that is coloured by what the cell holds", 210, (pen) => {
    const { letters, held } = read(), most = Math.max(...held.map(Math.abs), 1e-9);
    const size = Math.min(26, pen.width / 18), mid = 165;
    let column = 0, line = 0;
    letters.forEach((letter, n) => {
      if (column === 17) [column, line] = [0, line + 1];
      const x = column * size, y = line * (size + 2);
      if (y + size < 110) {
        const square = pen.box(x, y, size - 1, size, held[n] < 0 ? "orange" : "purple");
        square.setAttribute("fill-opacity", (0.85 * Math.abs(held[n])) / most);
        square.setAttribute("stroke-opacity", 0.25);
        pen.text(x + size / 2, y + size / 2 + 5, SHOWN[letter] ?? letter, "middle");
      }
      [column, line] = letter === "\n" ? [0, line + 1] : [column + 1, line];
    });
    // the same numbers as a line, letter after letter
    const X = (n) => 34 + ((n + 0.5) * (pen.width - 40)) / Math.max(letters.length, 1);
    const Y = (c) => mid - (35 * c) / most;
    pen.line(34, mid, pen.width - 6, mid, "axis");
    pen.text(30, mid + 4, "0", "end small");
    pen.text(30, mid - 31, Play.number(most, 1), "end small");
    pen.text(30, mid + 39, Play.number(-most, 1), "end small");
    if (letters.length) pen.path(held.map((c, n) => [X(n), Y(c)]), "purple");
  });

  figure.says(() => {
    const { letters, unit, held } = read();
    if (!letters.length) return "Type a text of these characters; a blank network holds 0.";
    const last = letters.at(-1), name = SHOWN[last] ?? last;
    return `Cell ${unit} holds ${Play.number(held.at(-1))} after the last character, ${name}. Orange is below 0, purple above.`;
  });
});
