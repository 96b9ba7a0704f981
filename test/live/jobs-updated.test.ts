import { describe, expect, test } from 'vitest';
import type { Broker } from '../../src/pubsub/broker.ts';
import { stackKinds } from '../environment/app/app.ts';
import { useTestApp } from '../environment/app/use-test-app.ts';
import { eventually } from '../environment/eventually.ts';
import { transports } from '../environment/clients/graphql-client.ts';
import type { Transport } from '../environment/clients/graphql-client.ts';
import {
  createSubjects,
  expectGrowingVersions,
  followJob,
  startJob,
  takeUntil,
} from '../environment/jobs/jobs.ts';
import type { JobView, Subjects } from '../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { runJob } from '../environment/jobs/results.ts';
import { openSubscription } from '../environment/clients/open-subscription.ts';
import type { OpenSubscription } from '../environment/clients/open-subscription.ts';

expectNoLeaks();

const subscription =
  'subscription ($filter: JobFilter) { jobsUpdated(filter: $filter) { job { id type state version progress stage } } }';

type All = OpenSubscription<JobView>;

/** The stacks wait at the same time, and each runs its tests one after the other. */
const inTurn = { concurrent: false };

describe.concurrent.each(stackKinds)('on the %s stack', (kind) => {
  const own = useTestApp(kind, { overrides: { wrapBroker: countOwners } });
  /** Subscriptions to all of an owner's jobs that the broker has confirmed. */
  let listening = 0;

  function countOwners(broker: Broker): Broker {
    return {
      ...broker,
      subscribe: async (channel, listener) => {
        const stop = await broker.subscribe(channel, listener);
        if (!channel.name.startsWith('owner:')) return stop;
        listening += 1;
        return () => {
          listening -= 1;
          stop();
        };
      },
    };
  }

  async function start(subjects: Subjects): Promise<string> {
    return (await startJob(own.app.graphql, 'summarizeVideo', subjects))['id'];
  }

  function watch(transport: Transport, filter: object | null): OpenSubscription<JobView> {
    return openSubscription(own.app.url, transport, subscription, { filter });
  }

  describe.each(transports)('over %s', inTurn, (transport) => {
    test('all that is not final comes first, then every change, new jobs too', inTurn, async () => {
      const subjects = await createSubjects(own.app.graphql);
      const finished = await start(subjects);
      await followJob(own.app.graphql, 'sse', finished);
      const gate = own.model.hold('/api/summarize');
      const before = [await start(subjects), await start(subjects)];

      const { views, leave } = watch(transport, null);
      const first = [await views.next(), await views.next()];
      expect(new Set(first.map(({ id }) => id))).toEqual(new Set(before));
      const after = await start(subjects);
      await takeUntil(views, { id: after, state: 'ACTIVE' });
      gate.open();
      // In whatever order they end: each is watched to its end.
      const ids = [...before, after];
      while (!ids.every((id) => isCompleted(views.all, id))) await views.next();

      const byJob = Map.groupBy(views.all, ({ id }) => id);
      expect(new Set(byJob.keys())).toEqual(new Set(ids));
      for (const ofJob of byJob.values()) expectGrowingVersions(ofJob);
      await leave();
    });

    test('what does not match a filter does not come', inTurn, async () => {
      const [harbour, market] = [
        await createSubjects(own.app.graphql),
        await createSubjects(own.app.graphql, { path: 'market.mp4' }),
      ];
      const { id: early, result } = await runJob(own.app.graphql, 'summarizeVideo', harbour);
      const extraction = { summaryId: result.id as string };
      const filters = {
        types: { types: ['CLAIM_EXTRACTION'] },
        states: { states: ['COMPLETED', 'FAILED'] },
        video: { videoId: harbour.videoId },
        all: { types: ['CLAIM_EXTRACTION'], states: ['COMPLETED'], videoId: harbour.videoId },
        none: { types: [] },
      };
      const watches = Object.values(filters).map((filter) => watch(transport, filter));
      const [types, states, video, all, none] = watches as [All, All, All, All, All];
      await eventually(() => expect(listening).toBe(watches.length));

      const ofMarket = await start(market);
      await followJob(own.app.graphql, 'sse', ofMarket);
      const ofHarbour = await start(harbour);
      await followJob(own.app.graphql, 'sse', ofHarbour);
      // Of all that happens the last, and it matches each filter but one.
      const { id: last } = await runJob(own.app.graphql, 'extractClaims', extraction);
      for (const { views } of [types, states, video, all]) {
        await takeUntil(views, { id: last, state: 'COMPLETED' });
      }

      expect(idsOf(types)).toEqual(new Set([last]));
      expect(idsOf(states)).toEqual(new Set([ofMarket, ofHarbour, last]));
      expect(idsOf(video)).toEqual(new Set([ofHarbour, last]));
      expect(idsOf(all)).toEqual(new Set([last]));
      expect(idsOf(none)).toEqual(new Set());
      expect(new Set(states.views.all.map(({ state }) => state))).toEqual(new Set(['COMPLETED']));
      for (const { views } of watches) expect(views.all.map(({ id }) => id)).not.toContain(early);
      await Promise.all(watches.map(({ leave }) => leave()));
      await eventually(() => expect(listening).toBe(0));
    });
  });
});

function idsOf({ views }: All): Set<string> {
  return new Set(views.all.map(({ id }) => id));
}

function isCompleted(views: readonly JobView[], id: string): boolean {
  return views.some((view) => view.id === id && view.state === 'COMPLETED');
}
