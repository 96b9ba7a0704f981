/** Bounds the terms of all texts that one is compared with. */
const maxComparedTerms = 20_000;
const maxNear = 400;

/** Texts that share a term with one, from the lists of each term; rarest terms first, up to the bound. */
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
