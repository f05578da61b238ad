// Play: give it digits to copy
// Needs: rnn.js writer.js data/copiers.js
"use strict";

Play.figure("copy", (figure) => {
  const { "as is": plain, reversed } = Play.data.copiers;
  const models = { "reads as is": Writer.network(plain), "reads reversed": Writer.network(reversed) };
  const begin = [3, 1, 5, 9, 2, 6, 5];
  Writer.copyFigure(figure, models, { first: begin, reversed: (kind) => kind === "reads reversed" });
});
