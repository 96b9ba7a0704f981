import { beforeAll, describe, expect, test } from 'vitest';
import { extractClaims } from '../src/claims/extract-claims.ts';
import { createTextAnalyzer } from '../src/text/analyze.ts';
import type { TextAnalyzer } from '../src/text/analyze.ts';
import type { Work } from '../src/work.ts';
import { extractClaimsRequestSchema, extractClaimsResponseSchema } from './environment/client.ts';
import type { ExtractClaimsRequest, ExtractedClaim } from './environment/client.ts';

const idle: Work = {
  signal: new AbortController().signal,
  step: async () => undefined,
  log: () => undefined,
};
const strategies = ['sentence-based', 'semantic-units', 'hierarchical'] as const;

let analyzer: TextAnalyzer;

beforeAll(() => {
  analyzer = createTextAnalyzer();
});

async function claimsOf(
  summaryText: string,
  options: Partial<ExtractClaimsRequest> = {},
): Promise<ExtractedClaim[]> {
  const request = extractClaimsRequestSchema.parse({
    summary_id: 's',
    summary_text: summaryText,
    min_confidence: 0,
    ...options,
  });
  return extractClaimsResponseSchema.parse(await extractClaims(request, { analyzer, work: idle }))
    .claims;
}

function withParts(claims: readonly ExtractedClaim[]): ExtractedClaim[] {
  return claims.flatMap((claim) => [claim, ...withParts(claim.subclaims)]);
}

const texts: [name: string, text: string][] = [
  [
    'abbreviations and money',
    'Dr. Smith paid $3.5 million. The U.S. Senate met at 10 a.m. on Monday, and Mr. O’Neill spoke.',
  ],
  [
    'quotations',
    '"We closed the port, and nobody was hurt," he said. Anna says: “We will open it, but the crane stays shut.”',
  ],
  [
    'emoji and lone surrogates',
    '🚢🚢 The ferry 👩‍👩‍👧 carried 40 people, but the crane \ud83d broke. 🎉 It sank.',
  ],
  [
    'line breaks and bullets',
    'The port is open.\r\n\r\n- The bridge cost 3 euros\n- The pier is red and the gate is blue\n\tThe end came early.',
  ],
  ['no-break spaces', 'The\u00a0port handled 2\u00a0million tonnes;\u2003the bridge is closed.'],
  [
    'German',
    'Die Brücke kostete 48 Millionen Euro, aber das Stadion ist nicht fertig. Am 3. Mai kam Dr. Müller.',
  ],
  [
    'French',
    'Le pont a coûté 48 millions d’euros, mais il n’est pas sûr. « Nous fermons le port », dit-il.',
  ],
  ['Chinese', '东京是日本的首都。人口约为一千四百万。'],
  ['Arabic', 'الجسر مغلق اليوم. كلف المشروع 48 مليون يورو.'],
  ['capitals', 'THE BRIDGE COST 48 MILLION EUROS, AND THE PIER IS CLOSED. NOBODY WAS HURT.'],
  [
    'no punctuation',
    'so we started in a garage and then we got an investor and she gave us two million dollars',
  ],
];

describe.each(strategies)('%s claims', (strategy) => {
  test.each(texts)('cut exactly their text out of a text with %s', async (_, text) => {
    const claims = withParts(await claimsOf(text, { extraction_strategy: strategy }));
    expect(claims.length).toBeGreaterThan(0);
    for (const claim of claims) {
      expect(text.slice(claim.char_start ?? -1, claim.char_end ?? -1)).toBe(claim.text);
      expect(claim.text).toBe(claim.text.trim());
    }
  });

  test('of a text without assertions are none', async () => {
    for (const text of ['', '   \n', 'Is it safe?', 'Good evening.', '!!! 🎉']) {
      expect(await claimsOf(text, { extraction_strategy: strategy })).toEqual([]);
    }
  });

  test('are cut at the maximum of roots', async () => {
    const text = 'The port is open. The bridge is closed. The ferry is late. The crane is old.';
    expect(await claimsOf(text, { extraction_strategy: strategy, max_claims: 2 })).toHaveLength(2);
  });
});

test('a hierarchy has the sentence, its clauses, and what somebody is said to have said', async () => {
  const [root] = await claimsOf(
    'The bridge cost 48 million euros, and the mayor said that the deck was unsafe.',
    {
      extraction_strategy: 'hierarchical',
    },
  );
  expect(root?.subclaims.map(({ text }) => text)).toEqual([
    'The bridge cost 48 million euros',
    'the mayor said that the deck was unsafe',
  ]);
  expect(root?.subclaims[1]?.subclaims.map(({ text }) => text)).toEqual(['the deck was unsafe']);
});

test('a clause under a condition is no claim of its own', async () => {
  const claims = await claimsOf('If the wind rises, the ferry stops and the bridge closes.', {
    extraction_strategy: 'semantic-units',
  });
  expect(claims).toHaveLength(1);
});

test('figures and names raise the confidence, hedges lower it', async () => {
  const confidenceOf = async (text: string) => (await claimsOf(text))[0]?.confidence ?? 0;
  const plain = await confidenceOf('The bridge is a large building.');
  expect(await confidenceOf('The bridge in Oslo cost 48 million euros.')).toBeGreaterThan(plain);
  expect(await confidenceOf('The bridge is perhaps a large building.')).toBeLessThan(plain);
});

test('claims and subclaims below the least confidence are dropped', async () => {
  const text =
    'The bridge cost 48 million euros, but the pier might perhaps be unsafe. Maybe it could possibly sink.';
  const claims = await claimsOf(text, {
    extraction_strategy: 'hierarchical',
    min_confidence: 0.45,
  });
  expect(withParts(claims).every(({ confidence }) => confidence >= 0.45)).toBe(true);
  expect(withParts(claims).length).toBeLessThan(
    withParts(await claimsOf(text, { extraction_strategy: 'hierarchical' })).length,
  );
});

test.each([
  ['The mayor said that the bridge is closed.', 'attribution'],
  ['The new park is beautiful and important.', 'opinion'],
  ['The ferry will sail on Monday.', 'prediction'],
  ['The port handled 2 million tonnes.', 'quantitative'],
  ['The mayor opened the bridge.', 'event'],
  ['The bridge is long.', 'description'],
])('%s is of type %s', async (text, type) => {
  expect((await claimsOf(text))[0]?.claim_type).toBe(type);
});

test("sentences are numbered as the caller's own list numbers them", async () => {
  const sentences = ['Good evening. The port is open.', 'The bridge is closed.'];
  const claims = await claimsOf(sentences.join(' '), { sentences });
  expect(claims.map((claim) => claim.sentence_index)).toEqual([0, 1]);
});
