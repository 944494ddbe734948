// Lists the statements of a debate, page by page, with a client made of the schema.
import createClient from "openapi-fetch";
import type { components, paths } from "./crux.js";

type Statement = components["schemas"]["StatementOut"];
type Media = "application/json" | "application/problem+json";

const [site, slug] = process.argv.slice(2);
if (site === undefined || slug === undefined) throw new Error("node statements.js SITE SLUG");

const client = createClient<paths, Media>({ baseUrl: site });

async function* statements(slug: string): AsyncGenerator<Statement> {
  let cursor: string | undefined;
  do {
    const { data, error } = await client.GET("/api/v1/debates/{slug}/statements/", {
      params: { path: { slug }, query: { limit: 2, cursor } },
    });
    if (error) throw new Error(`${error.status}: ${error.detail}`);
    yield* data.results;
    cursor = data.next ? (new URL(data.next).searchParams.get("cursor") ?? undefined) : undefined;
  } while (cursor);
}

const { data: debate, error } = await client.GET("/api/v1/debates/{slug}/", {
  params: { path: { slug } },
});
if (error) {
  console.log(`${error.status} ${error.title}`);
} else {
  console.log(debate.question);
  for await (const one of statements(slug)) {
    console.log([one.label, one.kind, one.author?.name ?? "-", one.body ?? "-"].join("\t"));
  }
}
