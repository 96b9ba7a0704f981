export interface Claim {
  readonly id: string;
  readonly text: string;
  readonly confidence: number;
}

export interface ClaimChanges {
  /** Stated by both, maybe in other words. */
  kept: readonly { before: Claim; after: Claim }[];
  lost: readonly Claim[];
  added: readonly Claim[];
}

/** Claims that share so many of their words say the same. */
const sameShare = 0.6;

/** Which claims of one run another has too: those with the most words in common first, each once. */
export function matchClaims(before: readonly Claim[], after: readonly Claim[]): ClaimChanges {
  const wordsAfter = after.map(({ text }) => listWords(text));
  const pairs = before
    .flatMap((claim, index) => {
      const words = listWords(claim.text);
      return wordsAfter.map((other, at) => ({ index, at, share: shareOf(words, other) }));
    })
    .filter(({ share }) => share >= sameShare)
    .toSorted((a, b) => b.share - a.share);
  const matches = new Map<number, number>();
  const taken = new Set<number>();
  for (const { index, at } of pairs) {
    if (matches.has(index) || taken.has(at)) continue;
    matches.set(index, at);
    taken.add(at);
  }
  return {
    kept: [...matches]
      .toSorted(([a], [b]) => a - b)
      .map(([index, at]) => ({ before: before[index]!, after: after[at]! })),
    lost: before.filter((_claim, index) => !matches.has(index)),
    added: after.filter((_claim, at) => !taken.has(at)),
  };
}

function listWords(text: string): ReadonlySet<string> {
  return new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu));
}

/** The share of all words of both that both have. */
function shareOf(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const common = a.intersection(b).size;
  return common === 0 ? 0 : common / (a.size + b.size - common);
}
