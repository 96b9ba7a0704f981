/** With others that have so many terms together one is compared, however many share one of its terms. */
const maxComparedTerms = 20_000;
const maxNear = 400;

/** What shares a term with a text, given as a list a term; up to the bound, and then by the rarest terms. */
export function takeNear<Item>(byTerm: readonly (readonly Item[])[]): Set<Item> {
  const count = byTerm.reduce((sum, { length }) => sum + length, 0);
  const most = Math.min(maxNear, Math.ceil(maxComparedTerms / Math.max(1, byTerm.length)));
  const lists = count > most ? byTerm.toSorted((a, b) => a.length - b.length) : byTerm;
  const near = new Set<Item>();
  for (const list of lists) {
    for (const item of list) {
      if (near.size >= most) return near;
      near.add(item);
    }
  }
  return near;
}
