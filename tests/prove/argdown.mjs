// What @argdown/core finds in each document of the list on its standard input, as JSON.
// The first argument is a folder with the package in its node_modules.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const core = createRequire(join(process.argv[2], "x.js"))("@argdown/core");
const app = new core.ArgdownApplication();
app.addPlugin(new core.ParserPlugin(), "parse-input");
app.addPlugin(new core.DataPlugin(), "build-model");
app.addPlugin(new core.ModelPlugin(), "build-model");

const found = JSON.parse(readFileSync(0, "utf8")).map((input) => {
  const made = app.run({ input, process: ["parse-input", "build-model"], logLevel: "error" });
  const errors = [...(made.lexerErrors ?? []), ...(made.parserErrors ?? [])];
  const texts = (nodes) =>
    Object.values(nodes ?? {}).map((node) => [node.title, node.members.map((one) => one.text)]);
  return {
    errors: [...errors.map((one) => one.message), ...(made.exceptions ?? []).map(String)],
    statements: texts(made.statements),
    arguments: texts(made.arguments),
    data: Object.values({ ...made.statements, ...made.arguments }).map((n) => [n.title, n.data ?? {}]),
    relations: (made.relations ?? []).map((one) => [
      one.relationType,
      one.from.title ?? "",
      one.to.title ?? "",
    ]),
  };
});
console.log(JSON.stringify(found));
