import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { InMemorySpanExporter } from '@opentelemetry/sdk-trace';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { describe, expect, test } from 'vitest';
import { createLogger } from '../../../src/platform/logger.ts';
import { startTracing } from '../../../src/platform/tracing.ts';
import { startAppProcess } from '../../environment/app/app-process.ts';
import { createTestStack, stackKinds, startTestApp } from '../../environment/app/app.ts';
import { eventually } from '../../environment/eventually.ts';
import { startFakeModelService } from '../../environment/model-service/fake-model-service.ts';
import { createSubjects, startJob } from '../../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';

expectNoLeaks();

const watch = 'subscription ($id: ID!) { jobUpdated(id: $id) { version state } }';

function parentOf(span: ReadableSpan, spans: readonly ReadableSpan[]): string | undefined {
  const parentId = span.parentSpanContext?.spanId;
  return spans.find((it) => it.spanContext().spanId === parentId)?.name;
}

describe.each(stackKinds)('on the %s stack', (kind) => {
  test('one trace runs from the mutation through every attempt to the model calls and the updates', async () => {
    await using stack = await createTestStack(kind);
    await using model = await startFakeModelService();
    const exporter = new InMemorySpanExporter();
    await using tracing = startTracing(exporter, createLogger('silent', false));
    const env = { MODEL_SERVICE_URL: model.url, VIDEO_SUMMARIZATION_BACKOFF_MS: '1' };
    await using app = await startTestApp({ stack, env, tracing });
    const { graphql } = app;
    let calls = 0;
    model.answer('/api/summarize', () => {
      calls += 1;
      return { status: 503, json: { detail: 'busy' } };
    });
    const { id } = await startJob(graphql, 'summarizeVideo', await createSubjects(graphql));
    for await (const { errors } of graphql.subscribe('sse', watch, { id })) {
      expect(errors).toBeUndefined();
    }
    expect(calls).toBe(3);

    await eventually(async () => {
      await tracing.flush();
      const all = exporter.getFinishedSpans();
      const [mutation] = all.filter((span) => span.name === 'summarizeVideo');
      const { traceId } = mutation!.spanContext();
      const spans = all.filter((span) => span.spanContext().traceId === traceId);
      const attempts = spans.filter(({ name }) => name.startsWith('process'));
      expect(attempts.map((span) => parentOf(span, spans))).toEqual(
        Array.from({ length: 3 }, () => 'summarizeVideo'),
      );
      const requests = spans.filter(({ name }) => name === 'POST');
      expect(requests.map((span) => parentOf(span, spans))).toEqual(
        attempts.map(({ name }) => name),
      );
      const delivered = spans.filter(({ name }) => name === 'deliver');
      expect(delivered.map((span) => parentOf(span, spans))).toContain('summarizeVideo');
      expect(delivered.map(({ attributes }) => attributes['fovea.job.state'])).toContain('FAILED');
      // The model service is told of the trace, and nobody of what the job works on.
      const headers = model.calls.map((call) => String(call.headers['traceparent']).split('-')[1]);
      expect(new Set(headers)).toEqual(new Set([traceId]));
      const told = JSON.stringify(spans.map(({ name, attributes }) => [name, attributes]));
      expect(told).not.toContain('harbour');
    });
  });
});

test('a span of a call has neither the query of its URL nor a credential', async () => {
  await using model = await startFakeModelService();
  const exporter = new InMemorySpanExporter();
  await using tracing = startTracing(exporter, createLogger('silent', false));
  await tracing.traceOperation('ask', () =>
    fetch(`${model.url}/health?ticket=hidden-word`, {
      headers: { authorization: 'Bearer hidden-word' },
    }),
  );
  await tracing.flush();
  const [call] = exporter.getFinishedSpans().filter(({ name }) => name === 'GET');
  expect(call?.attributes['url.full']).toBe(`${model.url}/health`);
  const told = exporter
    .getFinishedSpans()
    .map(({ name, attributes, events }) => [name, attributes, events]);
  expect(JSON.stringify(told)).not.toContain('hidden');
});

test('with OTEL_EXPORTER_OTLP_ENDPOINT, a process sends its traces there', async () => {
  const paths: string[] = [];
  const collector = createServer((request, response) => {
    paths.push(request.url ?? '');
    request.resume();
    response.end('{}');
  }).listen(0, '127.0.0.1');
  await once(collector, 'listening');
  await using stack = await createTestStack('external');
  const env = {
    ...stack.env,
    MODEL_SERVICE_URL: 'http://127.0.0.1:9',
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
  };
  {
    await using app = await startAppProcess('api', env);
    await createSubjects(app.graphql);
    app.kill('SIGTERM');
    expect(await app.ended).toBe(0);
  }
  expect(paths).toContain('/v1/traces');
  collector.closeAllConnections();
  collector.close();
});

test('a collector that is away is said, and neither keeps a process from ending nor makes it fail', async () => {
  await using stack = await createTestStack('external');
  const env = {
    ...stack.env,
    MODEL_SERVICE_URL: 'http://127.0.0.1:9',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
    LOG_LEVEL: 'warn',
  };
  await using app = await startAppProcess('api', env);
  await createSubjects(app.graphql);
  const toldAt = performance.now();
  app.kill('SIGTERM');
  expect(await app.ended).toBe(0);
  expect(performance.now() - toldAt).toBeLessThan(10_000);
  expect(app.output).toContain('last traces not sent');
});
