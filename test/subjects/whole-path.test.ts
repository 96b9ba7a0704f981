import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestStack, stackKinds, startTestApp } from '../environment/app/app.ts';
import type { TestApp, TestStack } from '../environment/app/app.ts';
import { startFakeModelService } from '../environment/model-service/fake-model-service.ts';
import type { FakeModelService } from '../environment/model-service/fake-model-service.ts';
import { transports } from '../environment/clients/graphql-client.ts';
import { createSubjects, followJob, readJob, startJob } from '../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';

expectNoLeaks();

describe.each(stackKinds)('on the %s stack', (kind) => {
  let stack: TestStack;
  let model: FakeModelService;
  let app: TestApp;

  beforeAll(async () => {
    stack = await createTestStack(kind);
    model = await startFakeModelService();
    app = await startTestApp({ stack, env: { MODEL_SERVICE_URL: model.url } });
  });

  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await model[Symbol.asyncDispose]();
    await stack[Symbol.asyncDispose]();
  });

  test.each(transports)(
    'a video becomes summary, claims and synthesis, watched over %s',
    async (transport) => {
      const subjects = await createSubjects(app.graphql);
      const summaryJob = await startJob(app.graphql, 'summarizeVideo', subjects);
      const summaryVersions = await followJob(app.graphql, transport, summaryJob['id']);
      expect(summaryVersions.at(-1)).toMatchObject({
        state: 'COMPLETED',
        progress: 100,
        attempt: 1,
      });

      const summary = await readResult(
        summaryJob['id'],
        'VideoSummarizationJob',
        'id text keyFrames { timestamp description }',
      );
      expect(summary.text).not.toBe('');

      const claimJob = await startJob(app.graphql, 'extractClaims', {
        summaryId: summary.id,
        minConfidence: 0,
      });
      await followJob(app.graphql, transport, claimJob['id']);
      const extraction = await readResult(
        claimJob['id'],
        'ClaimExtractionJob',
        'totalClaims claims { text confidence charStart charEnd subclaims { text } }',
      );
      expect(extraction.totalClaims).toBeGreaterThan(0);

      const synthesisJob = await startJob(app.graphql, 'synthesizeClaims', {
        summaryIds: [summary.id],
      });
      const versions = await followJob(app.graphql, transport, synthesisJob['id']);
      const synthesis = await readResult(
        synthesisJob['id'],
        'ClaimSynthesisJob',
        'text claimsUsed strategy summaries { id }',
      );
      expect(synthesis).toMatchObject({
        strategy: 'HIERARCHICAL',
        summaries: [{ id: summary.id }],
      });
      expect(versions.at(-1)).toEqual(await readJob(app.graphql, synthesisJob['id']));
    },
  );

  async function readResult(id: string, type: string, fields: string) {
    const data = await app.graphql.request(
      `query ($id: ID!) { job(id: $id) { ... on ${type} { result { ${fields} } } } }`,
      { id },
    );
    return data['job'].result;
  }
});
