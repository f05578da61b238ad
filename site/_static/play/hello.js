// Play: type, and let it speak
// Needs: rnn.js data/hello.js
"use strict";

Play.figure("hello", (figure) => {
  const ALPHABET = "helo", MOST = 24, WIDE = 56; // letters that it may read, pixels for each
  const networks = Play.data.hello.map((packed) => {
    const parts = Rnn.views(Rnn.unpack(packed), { W: 12, U: 9, b: 3, V: 12, d: 4 });
    return { ...parts, act: "tanh" };
  });
  let text = "hel", cut = false, refused = "", spoken = [];
  const forget = () => { cut = false; refused = ""; spoken = []; };

  const chosen = figure.choice("Network", { 0: 1, 1: 2, 2: 3, 3: 4, 4: 5 }, forget);
  const field = figure.text("Text", text, { size: 14, autocapitalize: "off" }, () => {
    forget();
    const letters = [...field.value.toLowerCase()];
    refused = letters.filter((letter) => !ALPHABET.includes(letter)).join("");
    const known = letters.filter((letter) => ALPHABET.includes(letter));
    cut = known.length > MOST;
    write(known.slice(0, MOST).join(""));
  });
  const write = (letters) => {
    text = letters;
    if (field.value !== text) field.value = text;
    next.disabled = text === "" || text.length >= MOST;
  };

  figure.row();
  // From 0.1 to 10 in steps that are equal on a logarithmic scale: fine where T is low
  const range = { type: "range", min: -1, max: 1, step: 0.02, value: 0 };
  const slider = figure.input("Temperature", range, () => show());
  const output = Play.element(slider.parentNode, "output");
  const temperature = () => 10 ** Number(slider.value);
  const show = () => {
    spoken = [];
    output.textContent = Play.number(temperature());
    slider.setAttribute("aria-valuetext", output.textContent);
  };
  show();

  // h_1 … h_T for the letters of a text, and how likely each letter is after each
  const read = (letters) => {
    const network = networks[chosen.value];
    const xs = [...letters].map((letter) => Rnn.one_hot(ALPHABET.indexOf(letter), 4));
    const h = Rnn.walk(xs, network).slice(1);
    return { h, p: h.map((h_t) => Rnn.softmax(Rnn.dense(h_t, network.V, network.d), temperature())) };
  };

  // A letter drawn from p: where a random point falls when the four stand end to end
  const draw = (p) => {
    let point = Math.random();
    return ALPHABET[p.findIndex((p_k) => (point -= p_k) < 0)] ?? ALPHABET.at(-1);
  };
  const oneMore = (letters) => letters + draw(read(letters).p.at(-1));

  figure.row();
  const next = figure.button("Say the next letter", () => { forget(); write(oneMore(text)); });
  figure.button("Five texts from h", () => {
    forget();
    spoken = Array.from({ length: 5 }, () => [1, 2, 3, 4].reduce(oneMore, "h"));
  });

  // Three numbers as squares, the stronger the farther from 0
  const drawState = (pen, x, state) => state.forEach((h_j, j) => {
    const look = h_j > 0 ? "red" : "blue", y = 54 + 26 * j;
    pen.box(x + 3, y, WIDE - 6, 24, look).setAttribute("fill-opacity", 0.4 * Math.abs(h_j));
    pen.text(x + WIDE / 2, y + 17, Play.number(h_j), "middle");
  });

  const percent = (p) => (p > 0.99 ? "over 99\u00a0%" : `${Play.number(100 * p, 0)}\u00a0%`);
  const drawNext = (pen, x, p) => {
    const most = p.indexOf(Math.max(...p)), wide = (WIDE - 10) / 4;
    pen.text(x + WIDE / 2, 232 - 68 * p[most], percent(p[most]).replace("over", ">"), "middle small");
    p.forEach((p_k, k) => {
      const left = x + 5 + k * wide, look = k === most ? "green" : "grey faint";
      pen.box(left + 1, 238 - 68 * p_k, wide - 2, 68 * p_k, look);
      pen.text(left + wide / 2, 254, ALPHABET[k], k === most ? "middle green" : "middle small");
    });
    pen.line(x + 5, 238, x + WIDE - 5, 238, "axis");
  };

  figure.drawing("For each letter the state, and how likely each next letter is", 262, (pen) => {
    const { h, p } = read(text), begin = 46, room = Math.floor((pen.width - begin) / WIDE);
    const first = Math.max(0, text.length - room); // of a long text the end
    pen.text(0, 30, "reads", "small");
    pen.text(0, 96, "state", "small");
    pen.text(0, 208, "next", "small");
    if (first) pen.text(35, 30, "…", "small");
    h.slice(first).forEach((state, n) => {
      const x = begin + WIDE * n;
      pen.text(x + WIDE / 2, 36, text[first + n], "middle large");
      drawState(pen, x, state);
      drawNext(pen, x, p[first + n]);
    });
  });

  figure.says(() => {
    const T = Play.number(temperature());
    if (refused) return `It knows four letters only, h, e, l and o: “${refused}” is left out.`;
    if (cut) return `It reads ${MOST} letters at most: what you typed after them is left out.`;
    if (spoken.length) return `From h, at temperature ${T} (the higher, the bolder): ${spoken.join(", ")}.`;
    if (!text) return "Type h, e, l or o.";
    const { h, p } = read(text), last = p.at(-1), most = Math.max(...last);
    const expects = `After ${text} the network expects ${ALPHABET[last.indexOf(most)]}, ${percent(most)}.`;
    if (text === "hel") {
      return `${expects} Type the second l: will its state, the three numbers, be that of the first?`;
    }
    const [a, b] = [text.indexOf("l"), text.lastIndexOf("l")];
    if (a === b) return expects;
    const apart = Math.hypot(...h[a].map((h_j, j) => h_j - h[b][j]));
    return `${expects} Letters ${a + 1} and ${b + 1} are both l: their states, as points in space, are ` +
      `${Play.number(apart)} apart (3.46 is the most).`;
  });
});
