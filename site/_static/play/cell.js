// Play: type a text, and see what a cell holds
// Needs: rnn.js data/reader.js
"use strict";

Play.figure("cell", (figure) => {
  const UNITS = 16, LINE = 17, ROWS = 6, SIZE = 24, SHOWN = { " ": "␣", "\n": "↵" };
  const networks = Object.fromEntries(Play.data.reader.map((_, n) => [n, n + 1]));
  const cells = Array.from({ length: UNITS }, (_, k) => [`c${k}`, `number ${k}`]);
  const which = figure.choice("Network", networks);
  const named = figure.choice("Cell", { quote: "that tells the quote best",
    position: "that tells the position best", ...Object.fromEntries(cells) });
  figure.row();
  const field = figure.area('Text of a b c d " ( ), blanks and line ends', 'cdc "abba" cd (c)\ndc "ab',
    { rows: 3, cols: 30 });

  const layers = Play.data.reader.map(({ weights, alphabet }) => {
    const n = alphabet.length, sizes = { W: n * 4 * UNITS, U: UNITS * 4 * UNITS, b: 4 * UNITS, V: UNITS * n, d: n };
    return Rnn.views(Rnn.unpack(weights), sizes);
  });

  // What the cell holds after each letter that the network knows, and what it does not know
  const read = () => {
    const { alphabet, cells: best } = Play.data.reader[which.value];
    const knows = (letter) => alphabet.includes(letter);
    const letters = [...field.value].filter(knows), unknown = [...field.value].filter((l) => !knows(l));
    let state = [Rnn.zeros(UNITS), Rnn.zeros(UNITS)];
    const unit = Number(best[named.value] ?? named.value.slice(1));
    const held = letters.map((letter) => {
      const x = Rnn.one_hot(alphabet.indexOf(letter), alphabet.length);
      state = Rnn.lstmStep(x, state, layers[which.value]);
      return state[1][unit];
    });
    return { letters, unit, held, unknown: [...new Set(unknown)] };
  };

  // Lines as they are typed; a long one goes on in the next.
  const lines = (letters) => {
    const rows = [[]];
    letters.forEach((letter, n) => {
      if (rows.at(-1).length === LINE) rows.push([]);
      rows.at(-1).push(n);
      if (letter === "\n") rows.push([]);
    });
    return rows.filter((row) => row.length);
  };

  figure.drawing("Each letter of the text on a square that is coloured by what the cell holds", 280, (pen) => {
    const { letters, held } = read(), most = Math.max(1, ...held.map(Math.abs)), mid = 222;
    const size = Math.min(SIZE, pen.width / (LINE + 1)), rows = lines(letters);
    if (rows.length > ROWS) pen.text(size * LINE + 6, 16, "…");
    rows.slice(-ROWS).forEach((row, y) => row.forEach((n, x) => {
      const look = held[n] < 0 ? "orange" : "purple", letter = SHOWN[letters[n]] ?? letters[n];
      const square = pen.box(x * size, y * (SIZE + 2), size - 1, SIZE, look);
      square.setAttribute("fill-opacity", (0.85 * Math.abs(held[n])) / most);
      square.setAttribute("stroke-opacity", 0.25);
      pen.text(x * size + size / 2, y * (SIZE + 2) + 17, letter, "middle");
    }));
    // the same numbers as a line, letter after letter
    const X = (n) => 38 + ((n + 0.5) * (pen.width - 44)) / Math.max(letters.length, 1);
    const Y = (c) => mid - (36 * c) / most;
    pen.line(38, mid, pen.width - 6, mid, "axis");
    [[0, "0"], [most, Play.number(most, 1)], [-most, Play.number(-most, 1)]].forEach(([c, text]) =>
      pen.text(32, Y(c) + 4, text, "end small"));
    if (letters.length) pen.path(held.map((c, n) => [X(n), Y(c)]), "grey thin");
    held.forEach((c, n) => pen.dot(X(n), Y(c), 3, c < 0 ? "orange" : "purple"));
    if (X(1) - X(0) > 9) letters.forEach((l, n) => pen.text(X(n), 276, SHOWN[l] ?? l, "middle small"));
  });

  figure.says(() => {
    const { letters, unit, held, unknown } = read();
    const out = unknown.length ? ` It does not know ${unknown.join(" ")}: left out.` : "";
    if (!letters.length) return `Type a text: before it each cell holds 0.${out}`;
    const inside = letters.filter((letter) => letter === '"').length % 2 ? "inside a quote" : "outside quotes";
    const begin = letters.lastIndexOf("\n"), place = letters.length - 1 - begin;
    const since = begin < 0 ? `${place} characters from the start` : `${place} after the last line end`;
    const name = SHOWN[letters.at(-1)] ?? letters.at(-1);
    return `Type on and watch: cell ${unit} of ${UNITS} holds ${Play.number(held.at(-1))} after ${name}, ${inside}, ${since}.${out}`;
  });
});
