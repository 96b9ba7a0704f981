import type { GraphQLFormattedError } from 'graphql';
import { describe, expect, test } from 'vitest';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { useTestApp } from '../../environment/app/use-test-app.ts';
import { createCollector } from '../../environment/clients/collector.ts';
import {
  frontEndClients,
  frontEndTransports,
} from '../../environment/clients/front-end-clients.ts';
import {
  createSubjects,
  expectGrowingVersions,
  holdSummary,
  summarySteps,
  takeUntil,
} from '../../environment/jobs/jobs.ts';
import type { JobView } from '../../environment/jobs/jobs.ts';

expectNoLeaks();

const own = useTestApp('external', { env: { PING_INTERVAL_MS: '100' } });

describe.each(frontEndClients)('%s', (_name, open) => {
  test.each(frontEndTransports)(
    'a query follows a subscription over %s by itself, to the end of the job',
    async (transport) => {
      const [looking, writing] = holdSummary(own.model, summarySteps);
      await using client = await open(own.app.url, transport);
      const { id } = await client.startSummary(await createSubjects(own.app.graphql));
      const views = createCollector<JobView>();
      const stopQuery = client.watchQuery(id, views.push);
      await views.next();
      const updates = createCollector<JobView>();
      const ended = Promise.withResolvers<void>();
      const stop = client.subscribe(id, {
        onJob: updates.push,
        onErrors: (errors) => ended.reject(new Error(JSON.stringify(errors))),
        onEnd: ended.resolve,
      });

      await takeUntil(views, { state: 'ACTIVE', progress: 30, stage: 'Looking' });
      looking!.open();
      await takeUntil(views, { state: 'ACTIVE', progress: 56, stage: 'Writing' });
      writing!.open();
      const last = await takeUntil(views, { state: 'COMPLETED', progress: 100 });
      await ended.promise;
      expect(last.result?.text).toMatch(/two vessels enter the harbour/);
      expect(views.all.at(-1)).toEqual(last);
      expect(updates.all.at(-1)).toEqual(last);
      for (const { all } of [views, updates]) expectGrowingVersions(all);
      stop();
      stopQuery();
    },
  );

  test.each(frontEndTransports)(
    'a subscription to no job is an error over %s',
    async (transport) => {
      await using client = await open(own.app.url, transport);
      const received = Promise.withResolvers<readonly GraphQLFormattedError[]>();
      const fail = () => received.reject(new Error('No errors came.'));
      const stop = client.subscribe('none', {
        onJob: fail,
        onErrors: received.resolve,
        onEnd: fail,
      });
      expect(await received.promise).toMatchObject([
        { message: 'There is no job with the id "none".', extensions: { code: 'NOT_FOUND' } },
      ]);
      stop();
    },
  );
});
