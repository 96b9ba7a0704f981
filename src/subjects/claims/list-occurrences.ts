/**
 * Indices of all occurrences, those that overlap too, in linear time whatever the texts are (Knuth, Morris and Pratt).
 * `indexOf` of V8 takes the product of the lengths for `baaa…` in `aaa…`.
 */
export function* listOccurrences(text: string, wanted: string): Generator<number> {
  if (wanted === '') return;
  const first = text.indexOf(wanted.slice(0, prefixLength));
  if (first === -1) return;
  const borders = findBorders(wanted);
  let matched = 0;
  for (let at = first; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    while (matched > 0 && wanted.charCodeAt(matched) !== unit) matched = borders[matched - 1]!;
    if (wanted.charCodeAt(matched) === unit) matched += 1;
    if (matched < wanted.length) continue;
    yield at - matched + 1;
    matched = borders[matched - 1]!;
  }
}

/** Most texts do not hold what is wanted, and so much of it tells that quickly. */
const prefixLength = 32;

/** For each place, how long the longest proper prefix is that ends there as well. */
function findBorders(wanted: string): Uint32Array {
  const borders = new Uint32Array(wanted.length);
  let length = 0;
  for (let at = 1; at < wanted.length; at += 1) {
    while (length > 0 && wanted.charCodeAt(at) !== wanted.charCodeAt(length))
      length = borders[length - 1]!;
    if (wanted.charCodeAt(at) === wanted.charCodeAt(length)) length += 1;
    borders[at] = length;
  }
  return borders;
}
