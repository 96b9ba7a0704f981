/** A text as the weights of its terms. */
export type TermVector = ReadonlyMap<string, number>;

/** How rare each term is over a list of texts. */
export interface TermWeights {
  /** Smoothed inverse document frequency. */
  rarity: (term: string) => number;
  vectorOf: (terms: readonly string[]) => TermVector;
}

/** Learns the weights from the terms of every text (tf-idf, unit length, term frequency by its logarithm). */
export function learnTermWeights(texts: readonly (readonly string[])[]): TermWeights {
  const documents = new Map<string, number>();
  for (const terms of texts) {
    for (const term of new Set(terms)) documents.set(term, (documents.get(term) ?? 0) + 1);
  }
  const rarity = (term: string) => Math.log(1 + texts.length / (1 + (documents.get(term) ?? 0)));
  return {
    rarity,
    vectorOf: (terms) => {
      const counts = new Map<string, number>();
      for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
      return normalize(
        new Map([...counts].map(([term, count]) => [term, (1 + Math.log(count)) * rarity(term)])),
      );
    },
  };
}

/** The cosine of two vectors of unit length. */
export function similarity(a: TermVector, b: TermVector): number {
  const [small, large] = a.size <= b.size ? [a, b] : [b, a];
  let sum = 0;
  for (const [term, weight] of small) sum += weight * (large.get(term) ?? 0);
  return sum;
}

/** The normalized sum of the vectors. */
export function sumVectors(vectors: readonly TermVector[]): TermVector {
  const sum = new Map<string, number>();
  for (const vector of vectors) {
    for (const [term, weight] of vector) sum.set(term, (sum.get(term) ?? 0) + weight);
  }
  return normalize(sum);
}

/** Euclidean length; without spread arguments, as a vector may have too many terms for them. */
function lengthOf(vector: TermVector): number {
  let sum = 0;
  for (const weight of vector.values()) sum += weight * weight;
  return Math.sqrt(sum);
}

export function normalize(vector: TermVector): TermVector {
  const length = lengthOf(vector);
  if (length === 0) return vector;
  return new Map([...vector].map(([term, weight]) => [term, weight / length]));
}
