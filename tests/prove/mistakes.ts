// What the types of the schema forbid: each line must not compile.
import createClient from "openapi-fetch";
import type { components, paths } from "./crux.js";

const client = createClient<paths, "application/json">({ baseUrl: "" });
const one = {} as components["schemas"]["StatementOut"];
const path = { pk: 7 };

export const colour: string = one.colour; // no such field
export const author: string = one.author.name; // nobody, where it is gone
export const kind: "shout" = one.kind; // none of the kinds
await client.GET("/api/v1/shouts/"); // no such address
await client.POST("/api/v1/statements/{pk}/replies/", { params: { path }, body: { kind: "remark" } }); // no words
