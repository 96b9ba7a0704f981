import { beforeAll, describe, expect, test } from 'vitest';
import { transports } from '../environment/clients/graphql-client.ts';
import {
  createSubjects,
  getUpdate,
  holdSummary,
  startJob,
  watchJob,
} from '../environment/jobs/jobs.ts';
import type { Subjects } from '../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import {
  expectIssues,
  refusals,
  unknownId,
  sendInput,
} from '../environment/jobs/refused-inputs.ts';
import type { Mutation, Refused } from '../environment/jobs/refused-inputs.ts';
import { listEverything } from '../environment/jobs/stored-ids.ts';
import { runJob } from '../environment/jobs/results.ts';
import { useTestApp } from '../environment/app/use-test-app.ts';
import type { SharedApp } from '../environment/app/use-test-app.ts';
import { acceptances, readParameters } from '../environment/jobs/accepted-inputs.ts';

expectNoLeaks();

/** Of each mutation the refusal with the most faults; all of them are in inputs.test.ts. */
const mostFaults = [...Map.groupBy(refusals, ({ mutation }) => mutation).values()].map(
  (ofMutation) => ofMutation.toSorted((a, b) => b.issues.length - a.issues.length)[0]!,
);

describe('inputs', () => {
  const { app, model } = useTestApp('external');
  let subjects: Subjects;
  /** A summary to extract claims from, and one whose claims are there. */
  let summaryId: string;
  let extractedId: string;

  beforeAll(async () => {
    subjects = await createSubjects(app.graphql);
    summaryId = await summarize(app, subjects);
    extractedId = await summarize(app, subjects);
    await finish(app, 'extractClaims', { summaryId: extractedId });
  });

  test.each(acceptances)('$mutation accepts $what', async ({ mutation, input, parameters }) => {
    const id = await finish(app, mutation, { ...rightInput(mutation), ...input });
    expect(await readParameters(app.graphql, mutation, id, Object.keys(parameters))).toEqual(
      parameters,
    );
  });

  test('an id in capitals is stored as what it names has it', async () => {
    const id = await finish(app, 'extractClaims', { summaryId: summaryId.toUpperCase() });
    expect(await readParameters(app.graphql, 'extractClaims', id, ['summaryId'])).toEqual({
      summaryId,
    });
  });

  test.each(transports)(
    'a job is watched by its id in capitals as well, over %s',
    async (transport) => {
      const [gate] = holdSummary(model, [{ progress: 0.5, stage: 'Looking' }]);
      const { id } = await startJob(app.graphql, 'summarizeVideo', subjects);
      const updates = watchJob(app.graphql, transport, id.toUpperCase());
      await updates.next();
      gate!.open();
      const versions = await Array.fromAsync(updates);
      expect(getUpdate(versions.at(-1)!)).toMatchObject({ id, state: 'COMPLETED' });
    },
  );

  test('text is accepted up to its limit, and loses the spaces around it', async () => {
    const id = 'v'.repeat(128);
    const video = { title: ` ${'t'.repeat(500)} `, path: 'p'.repeat(2_000) };
    const persona = {
      name: 'n'.repeat(200),
      role: 'r'.repeat(200),
      informationNeed: 'i'.repeat(4_000),
    };
    const data = await app.graphql.request(
      `mutation ($video: RegisterVideoInput!, $persona: CreatePersonaInput!) {
        registerVideo(input: $video) { ... on RegisterVideoPayload { video { externalId title path } } }
        createPersona(input: $persona) {
          ... on CreatePersonaPayload { persona { id name role informationNeed } }
        }
      }`,
      { video: { ...video, id: ` ${id} ` }, persona },
    );
    expect(data['registerVideo'].video).toEqual({
      ...video,
      externalId: id,
      title: 't'.repeat(500),
    });
    expect(data['createPersona'].persona).toMatchObject(persona);
    const personaId = data['createPersona'].persona.id as string;
    await finish(app, 'summarizeVideo', { videoId: id, personaId });
  });

  test('what an input names and is not there is said to be not found', async () => {
    for (const id of [unknownId, 'no-uuid', '"']) {
      expect(await sendInput(app.graphql, 'summarizeVideo', { ...subjects, videoId: id })).toEqual(
        notFound('video', id),
      );
      expect(
        await sendInput(app.graphql, 'summarizeVideo', { ...subjects, personaId: id }),
      ).toEqual(notFound('persona', id));
      expect(await sendInput(app.graphql, 'extractClaims', { summaryId: id })).toEqual(
        notFound('summary', id),
      );
      expect(
        await sendInput(app.graphql, 'synthesizeClaims', { summaryIds: [extractedId, id] }),
      ).toEqual(notFound('summary', id));
    }
  });

  test('summaries without claims cannot be synthesized', async () => {
    const silentId = await summarize(app, subjects);
    await expectRefused({
      mutation: 'synthesizeClaims',
      what: 'a summary without claims',
      input: { summaryIds: [silentId] },
      issues: ['input.summaryIds: None of these summaries has claims yet. Extract them first.'],
    });
  });

  test('nothing that is refused is stored or reaches a worker', async () => {
    const before = await listEverything(app.graphql);
    const callsBefore = model.calls.length;
    for (const refused of mostFaults) await expectRefused(refused);
    await sendInput(app.graphql, 'summarizeVideo', { ...subjects, videoId: unknownId });
    await sendInput(app.graphql, 'extractClaims', { summaryId: unknownId });
    await sendInput(app.graphql, 'synthesizeClaims', { summaryIds: [unknownId] });
    await sendInput(app.graphql, 'registerVideo', {
      id: subjects.videoId,
      title: 'Other',
      path: 'other.mp4',
    });

    // What was enqueued before these would run before these.
    const ids = [];
    for (const mutation of ['summarizeVideo', 'extractClaims', 'synthesizeClaims'] as const) {
      ids.unshift(await finish(app, mutation, rightInput(mutation)));
    }
    const after = await listEverything(app.graphql);
    expect(after.jobs).toEqual([...ids, ...before.jobs]);
    expect({ ...after, jobs: [] }).toEqual({ ...before, jobs: [] });
    expect(model.calls.slice(callsBefore).map(({ path }) => path)).toEqual([
      '/api/summarize',
      '/api/extract-claims',
      '/api/synthesize-summary',
    ]);
  });

  function rightInput(mutation: Mutation): Record<string, unknown> {
    return {
      summarizeVideo: { ...subjects },
      extractClaims: { summaryId },
      synthesizeClaims: { summaryIds: [extractedId] },
      registerVideo: { title: 'Harbour news', path: 'harbour-news.mp4' },
      createPersona: { name: 'Analyst', role: 'Economist', informationNeed: 'Costs.' },
    }[mutation];
  }

  async function expectRefused({ mutation, input, issues }: Refused): Promise<void> {
    expectIssues(
      await sendInput(app.graphql, mutation, { ...rightInput(mutation), ...input }),
      issues,
    );
  }
});

/** Runs a job to its end, and gives its id. */
async function finish(
  { graphql }: SharedApp['app'],
  mutation: 'summarizeVideo' | 'extractClaims' | 'synthesizeClaims',
  input: object,
): Promise<string> {
  return (await runJob(graphql, mutation, input))['id'];
}

/** Makes a summary, and gives its id. */
async function summarize({ graphql }: SharedApp['app'], subjects: Subjects): Promise<string> {
  return (await runJob(graphql, 'summarizeVideo', subjects))['result'].id;
}

function notFound(what: string, id: string) {
  return {
    __typename: 'NotFoundError',
    message: `There is no ${what} with the id ${JSON.stringify(id)}.`,
  };
}
