// Play: watch it look back while it copies
// Needs: rnn.js writer.js data/looker.js
"use strict";

Play.figure("look", (figure) => {
  const models = { looking: Writer.network(Play.data.looker, true) };
  Writer.copyFigure(figure, models, { first: [3, 1, 5, 9, 2, 6] });
});
