/** Characters that are searched first; most texts do not contain them. */
const prefixChars = 32;
/** Maximum places that are compared: in prose one of the first matches. */
const maxPlaces = 20;

/**
 * Index of the first occurrence from `from` on, or -1. Unlike `indexOf` of V8, which is quadratic for `baaa…` in `aaa…`, it
 * always takes linear time; but it may miss very repetitive texts.
 */
export function findText(text: string, searched: string, from = 0): number {
  if (searched === '') return -1;
  const prefix = searched.slice(0, prefixChars);
  let at = from - 1;
  for (let place = 0; place < maxPlaces; place += 1) {
    at = text.indexOf(prefix, at + 1);
    if (at === -1 || text.startsWith(searched, at)) return at;
  }
  return -1;
}
