// Play: step through an addition, and push the state
// Needs: rnn.js training.js data/adders.js
"use strict";

Play.figure("addition", (figure) => {
  const STEPS = [1, 2, 3, 4, 5, 6, 7], LOOK = ["blue", "orange"]; // for carry 0 and 1
  const bit = (number, t) => (number >> (t - 1)) & 1; // what step t reads, the lowest first
  const columnsOf = (a, b) => STEPS.map((t) => [bit(a, t), bit(b, t)]);
  const middle = (group) => [0, 1, 2].map((j) => group.reduce((sum, h) => sum + h[j], 0) / group.length);

  // The states of a network on all 4,096 pairs, in two groups, by the true carry
  const groupsOf = (adder) => {
    const groups = [[], []];
    for (let n = 0; n < 4096; n++) {
      const a = n >> 6, b = n & 63, carries = (a + b) ^ a ^ b; // they make the sum differ from a ^ b
      adder.read(columnsOf(a, b)).h.forEach((h, t) => t && groups[bit(carries, t + 1)].push(h));
    }
    return groups;
  };

  // How far above a plane between two groups?  A perceptron: the state that lies worst corrects it.
  const planeBetween = (groups) => {
    const n = [0, 0, 0, 0]; // three for its direction, one for its place
    const above = (h) => n[0] * h[0] + n[1] * h[1] + n[2] * h[2] + n[3];
    const signed = groups.flatMap((group, carry) => group.map((h) => [h, 2 * carry - 1]));
    for (let k = 0; k < 200; k++) {
      const [h, sign] = signed.reduce((a, b) => (b[1] * above(b[0]) < a[1] * above(a[0]) ? b : a));
      n.forEach((_, j) => { n[j] += sign * (h[j] ?? 1); });
    }
    return (h) => above(h) / Math.hypot(n[0], n[1], n[2]);
  };

  const study = ({ sound }) => {
    const adder = new Training.Adder(Rnn.unpack(sound)), groups = groupsOf(adder);
    const place = (h) => [h.map((h_j) => h_j.toFixed(1)).join(), h];
    const seen = groups.map((group) => [...new Map(group.map(place)).values()]); // one in each place
    const distance = planeBetween([[...seen[0], adder.parts.h_0], seen[1]]);
    return { adder, seen, distance, middles: groups.map(middle) };
  };

  const numbers = [27, 38], studies = [];
  let at = 0, pushed = {}; // the step, and to which carry the states were pushed
  const begin = () => { at = 0; pushed = {}; };
  const chosen = figure.choice("Network", { 0: 1, 1: 2, 2: 3, 3: 4, 4: 5 }, begin);
  ["First number", "Second number"].forEach((name, k) => figure.whole(name,
    { min: 0, max: 63, value: numbers[k] }, (number) => { numbers[k] = number; begin(); }));
  figure.row();
  const on = () => { at = Math.min(at + 1, 7); }, across = () => { pushed[at] = 1 - walk().carry[at]; };
  const back = () => { if (at in pushed) delete pushed[at]; else at = Math.max(at - 1, 0); };
  const forwards = [figure.button("Step", on), figure.button("Push the state across", across)];
  const backwards = [figure.button("Back", back), figure.button("From the start", begin)];

  const network = () => studies[chosen.value] ??= study(Play.data.adders[chosen.value]);
  // h_0 … h_7, how far above the plane, the carry that this means, and the bits of the sum
  const walk = () => {
    const { adder, middles, distance } = network(), columns = columnsOf(...numbers), bits = [];
    const h = [middles[pushed[0]] ?? Array.from(adder.parts.h_0)];
    for (const t of STEPS) {
      const state = Rnn.step(columns[t - 1], h[t - 1], adder.parts);
      bits.push(Number(adder.output(state) > 0));
      h.push(middles[pushed[t]] ?? state);
    }
    return { h, bits, far: h.map(distance), carry: h.map((h_t) => Number(distance(h_t) > 0)) };
  };

  figure.drawing("The addition in columns, as on paper", 166, (pen) => {
    for (const button of forwards) button.disabled = at === 7;
    for (const button of backwards) button.disabled = at === 0 && !(0 in pushed);
    const { bits, carry } = walk(), wide = Math.min((pen.width - 50) / 7, 60);
    const X = (t) => 50 + (7.5 - t) * wide; // step 1 stands on the right
    if (at) pen.box(X(at) - 0.42 * wide, 2, 0.84 * wide, 162, "grey thin open");
    ["carry", ...numbers, "sum", "step"].forEach((name, k) => pen.text(2, [22, 52, 78, 118, 154][k], name));
    pen.line(46, 92, X(0.5), 92, "axis");
    for (const t of STEPS) {
      if (t <= at + 1) pen.text(X(t), 22, carry[t - 1], `middle ${LOOK[carry[t - 1]]}`);
      numbers.forEach((number, k) => pen.text(X(t), 52 + 26 * k, bit(number, t), "middle blue"));
      pen.text(X(t), 154, t, "middle small");
      if (t > at) continue;
      const right = bits[t - 1] === bit(numbers[0] + numbers[1], t);
      if (!right) pen.box(X(t) - 9, 102, 18, 22, "orange open");
      pen.text(X(t), 118, bits[t - 1], `middle ${right ? "green" : "orange"}`);
    }
  });

  figure.drawing("The states in their cube, and how far they are from the plane", 296, (pen) => {
    const { h, far, carry } = walk(), size = Math.min(0.155 * pen.width, 84), path = h.slice(0, at + 1);
    const seenFrom = ([x, y, z]) => [4 + size * (1.35 + x + 0.35 * z), 246 - size * (1.3 + y + 0.3 * z)];
    const edge = (j, a, b) => [-1, 1].map((end) => seenFrom([a, b].toSpliced(j, 0, end)));
    const follow = (points) => {
      pen.path(points, "grey");
      points.forEach(([x, y], t) => pen.dot(x, y, t === at ? 8 : 4, LOOK[carry[t]]));
    };
    for (let n = 0; n < 12; n++) pen.path(edge(n >> 2, (n & 2) - 1, 2 * (n & 1) - 1), "grey thin");
    network().seen.forEach((group, k) =>
      group.forEach((state) => pen.dot(...seenFrom(state), 2.5, `${LOOK[k]} faint`)));
    follow(path.map(seenFrom));
    pen.text(0, 14, "state: three numbers", "small");
    pen.text(0, 274, "small dots: the states in all sums of 6-bit numbers;", "small");
    pen.text(0, 291, "a plane parts blue (carry 0) from orange (carry 1)", "small");
    const room = { left: 2.7 * size + 48, top: 28, bottom: 216, xticks: [0, ...STEPS], yticks: [-1, 1] };
    const { X, Y } = pen.axes({ ...room, x: [0, 7], y: [-1.5, 1.5], xlabel: "step" });
    pen.text(pen.width - 4, 14, "distance from the plane", "end small");
    pen.text(room.left - 6, Y(0) + 4, "plane", "end small");
    pen.line(X(0), Y(0), X(7), Y(0), "grey dashed");
    follow(path.map((_, t) => [X(t), Y(far[t])]));
  });

  figure.says(() => {
    const { bits, carry } = walk(), [a, b] = numbers, moved = at in pushed;
    if (!at && !moved) return `Step through ${a} + ${b}. Then push on the way: what will the sum be?`;
    const then = `${moved ? "is pushed to carry" : "carries"} ${carry[at]}.`;
    const step = !at ? `The start ${then}` : `Step ${at} of 7 reads ${bit(a, at)} and ${bit(b, at)}, ` +
      `has carry ${carry[at - 1]}, writes ${bits[at - 1]}, ${then}`;
    if (at < 7) return `${step} What will the sum be? Press Step${moved ? "" : ", or push"}.`;
    const sum = parseInt(bits.toReversed().join(""), 2), off = Math.abs(sum - a - b);
    const more = off ? `, ${off} ${sum > a + b ? "more" : "less"} than ${a + b} (wrong bits in boxes)` : "";
    return `${step} The sum is ${sum}${more}.`;
  });
});
