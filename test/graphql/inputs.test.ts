import { graphql } from 'graphql';
import { expect, test } from 'vitest';
import { localSession } from '../../src/access/identity/session.ts';
import { schema } from '../../src/graphql/schema.ts';
import { expectIssues, refusalFields, refusals } from '../environment/jobs/refused-inputs.ts';
import type { Mutation } from '../environment/jobs/refused-inputs.ts';

const rightInputs: Record<Mutation, object> = {
  summarizeVideo: { videoId: 'video', personaId: 'persona' },
  extractClaims: { summaryId: 'summary' },
  synthesizeClaims: { summaryIds: ['summary'] },
  registerVideo: { title: 'Harbour news', path: 'harbour-news.mp4' },
  createPersona: { name: 'Analyst', role: 'Economist', informationNeed: 'Costs.' },
};

/** What a resolver needs to refuse an input. There is no database: reading or storing anything would fail. */
const contextValue = {
  viewer: localSession.viewer,
  limits: { mayUseHigh: () => true },
  mediaPolicy: { check: async () => undefined },
};

test.each(refusals)('$mutation refuses $what', async ({ mutation, input, issues }) => {
  const verb = mutation[0]!.toUpperCase() + mutation.slice(1);
  const source = `mutation ($input: ${verb}Input!) { ${mutation}(input: $input) { ${refusalFields} } }`;
  const variableValues = { input: { ...rightInputs[mutation], ...input } };
  const { data, errors } = await graphql({ schema, source, variableValues, contextValue });
  expect(errors).toBeUndefined();
  expectIssues(data![mutation] as Record<string, unknown>, issues);
});
