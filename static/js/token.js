// The token that shows a form to be this site's. Signing in gives the browser another one, while
// pages that are open hold the old: so it is read from its cookie when something is sent.

const FIELD = "csrfmiddlewaretoken";
const COOKIE = /(?:^|; )csrftoken=([^;]+)/;

/** The token of now; the page's own where the browser keeps no cookie. */
export const token = own => document.cookie.match(COOKIE)?.[1] ?? own;

document.addEventListener("htmx:configRequest", event => {
  const { parameters } = event.detail;
  if (parameters[FIELD]) parameters[FIELD] = token(parameters[FIELD]);
});

document.addEventListener("submit", event => {
  const field = event.target.elements[FIELD];
  if (field) field.value = token(field.value);
}, { capture: true });
