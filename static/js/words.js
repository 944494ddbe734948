// What scripts say, in the page's language: the words stand in templates/_words.html.

const words = document.getElementById("words")?.content;
const plural = new Intl.PluralRules(document.documentElement.lang || "en");

/** The words of this name with values in their places; with an `n`, as that many are said. */
export function word(name, values = {}) {
  const found = words?.querySelector(`[data-word="${name}"]`);
  const as = found?.querySelector(`[data-as="${plural.select(values.n ?? 1)}"]`) ?? found;
  return (as?.textContent ?? "").replace(/\{(\w+)\}/g, (place, key) => values[key] ?? place);
}
