import { describe, expect, test } from 'vitest';
import { claim, news, report, source, synthesisOf } from './environment/synthesis.ts';

const strategies = ['hierarchical', 'chronological', 'narrative', 'analytical'] as const;

describe.each(strategies)('a %s synthesis', (strategy) => {
  test('tells the contradiction and both of its sources', async () => {
    const { text, synthesis_metadata: metadata } = await synthesisOf([news, report], {
      synthesis_strategy: strategy,
    });
    expect(metadata).toEqual({
      strategy,
      num_sources: 2,
      conflicts_detected: 1,
      conflicts_searched: true,
      conflicts: [
        {
          claim_ids: ['The new bridge cost 48 million euros.', 'The bridge cost 63 million euros.'],
          reason: 'the figures differ (48 million euros against 63 million euros)',
        },
      ],
    });
    expect(text).toContain('“The new bridge cost 48 million euros.” (Evening News)');
    expect(text).toContain('“The bridge cost 63 million euros.” (Audit Report)');
  });

  test('leaves the contradiction out when it is not wanted, and still counts it', async () => {
    const { text, synthesis_metadata: metadata } = await synthesisOf([news, report], {
      synthesis_strategy: strategy,
      include_conflicts: false,
    });
    expect(metadata.conflicts_detected).toBe(1);
    expect(text).not.toMatch(/contradict each other|cannot hold together|Disagreement/u);
  });

  test('says nothing twice', async () => {
    const { text } = await synthesisOf([news, report], { synthesis_strategy: strategy });
    for (const sentence of [
      'ferry sails at noon',
      'storm damaged the east pier',
      'cost 63 million euros.',
    ]) {
      expect(text.split(sentence)).toHaveLength(2);
    }
  });

  test.each([100, 250, 700])('of many claims has at most %d words', async (maxLength) => {
    const nouns = ['bridge', 'ferry', 'crane', 'market', 'school', 'library'];
    const claims = Array.from(
      { length: 300 },
      (_, index) =>
        `The ${nouns[index % 6]} number ${index} of the town needs ${index + 3} workers and a very long list of repairs.`,
    );
    const sources = Array.from({ length: 30 }, (_, index) =>
      source(
        `Source with quite a long title ${index}`,
        ...claims.slice(index * 10, index * 10 + 10),
      ),
    );
    const answer = await synthesisOf(sources, {
      synthesis_strategy: strategy,
      max_length: maxLength,
      include_citations: true,
    });
    const words = answer.text.split(/\s+/u).length;
    expect(words).toBeLessThanOrEqual(maxLength);
    expect(words).toBeGreaterThan(maxLength / 2);
    expect(answer.claims_used).toBe(300);
  });

  test('cites by numbers that its list explains', async () => {
    const { text, summary_gloss: gloss } = await synthesisOf([news, report], {
      synthesis_strategy: strategy,
      include_citations: true,
    });
    expect(text).toMatch(/ferry sails at noon \[1\]\[2\]\./u);
    expect(gloss.at(-1)?.content).toBe('Sources: [1] Evening News; [2] Audit Report.');
  });
});

test('the strategies differ', async () => {
  const texts = await Promise.all(
    strategies.map(
      async (strategy) =>
        (await synthesisOf([news, report], { synthesis_strategy: strategy })).text,
    ),
  );
  expect(new Set(texts).size).toBe(strategies.length);
});

test('claims are counted with all that is below them', async () => {
  const deep = claim('The port grows.', [
    claim('It has 3 cranes.', [claim('One crane is red.')]),
    claim('It has a quay.'),
  ]);
  expect((await synthesisOf([source('A', deep)])).claims_used).toBe(4);
});

test('contradictions are found within one source, and in subclaims that the claim does not repeat', async () => {
  const one = source(
    'A',
    claim('The project went wrong.', [claim('The bridge cost 48 million euros.')]),
    'The bridge cost 63 million euros.',
  );
  expect((await synthesisOf([one])).synthesis_metadata.conflicts_detected).toBe(1);
});

test('a claim and its own clause are one claim, not a contradiction or a repetition', async () => {
  const root = claim('The bridge cost 48 million euros, and the pier is closed.', [
    claim('The bridge cost 48 million euros'),
    claim('the pier is closed'),
  ]);
  const { text, synthesis_metadata: metadata } = await synthesisOf([source('A', root)]);
  expect(metadata.conflicts_detected).toBe(0);
  expect(text.split('48 million')).toHaveLength(2);
});

test('figures of different things do not contradict', async () => {
  const { text, synthesis_metadata: metadata } = await synthesisOf([
    source('A', 'The bridge cost 48 million euros.'),
    source('B', 'The terminal cost 63 million euros.'),
  ]);
  expect(metadata.conflicts_detected).toBe(0);
  expect(text).toContain('No contradiction between the claims could be proven.');
});

test('what the persona asked for comes first', async () => {
  const sources = [
    source(
      'A',
      'A storm damaged the east pier.',
      'The club won the cup.',
      'The tax on fish rises.',
    ),
  ];
  const sport = await synthesisOf(sources, {
    persona_context: { role: 'Reporter', information_need: 'results of the club' },
  });
  const tax = await synthesisOf(sources, {
    persona_context: { role: 'Economist', information_need: 'the tax' },
  });
  expect(sport.text.indexOf('club won')).toBeLessThan(sport.text.indexOf('tax on'));
  expect(tax.text.indexOf('tax on')).toBeLessThan(tax.text.indexOf('club won'));
});

test('sources without claims give a text that says so', async () => {
  const { text, claims_used: used } = await synthesisOf([source('A')]);
  expect(text).toContain('no claims');
  expect(used).toBe(0);
});

test('the same request gives the same text', async () => {
  expect((await synthesisOf([news, report])).text).toBe((await synthesisOf([news, report])).text);
});
