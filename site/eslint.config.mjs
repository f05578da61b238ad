// How the site's scripts are checked: `make lint`.
import js from "@eslint/js";
import globals from "globals";

const ours = ["Optimizers", "Pen", "Play", "Rnn", "Sums", "Training", "Writer", "addersTraining", "sumTraining"];

export default [
  js.configs.recommended,
  {
    files: ["**/*.js"],
    languageOptions: {
      sourceType: "script",
      globals: { ...globals.browser, ...Object.fromEntries(ours.map((name) => [name, "readonly"])) },
    },
    rules: {
      complexity: ["error", 12],
      eqeqeq: "error",
      "max-lines-per-function": ["error", { max: 120 }],
      "no-redeclare": ["error", { builtinGlobals: false }],
      "no-shadow": "error",
      "no-unused-vars": ["error", { varsIgnorePattern: `^(${ours.join("|")})$` }],
      "no-var": "error",
      "prefer-const": "error",
      strict: ["error", "global"],
    },
  },
  {
    files: ["**/passages.js"],
    languageOptions: { globals: { Scorer: "readonly", Search: "readonly", SearchResultKind: "readonly" } },
  },
  { files: ["**/scrollable.js", "**/unfold.js"], rules: { strict: "off" } },
];
