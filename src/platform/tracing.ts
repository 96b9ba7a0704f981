import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Attributes, Context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import type { UndiciRequest } from '@opentelemetry/instrumentation-undici';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import { BullMQOtel } from 'bullmq-otel';
import { withTimeout } from './timeout.ts';
import type { Logger } from './logger.ts';

const name = 'fovea-jobs';
/** Time for sending the last spans. */
const shutdownDeadlineMs = 2_000;

/** One trace leads from the mutation to the attempts, their model calls, and the updates that clients are sent. */
export interface Tracing extends AsyncDisposable {
  /** Runs an operation as a span; spans that are started meanwhile become its children. */
  traceOperation: <Result extends object>(
    label: string,
    run: () => Promise<Result>,
  ) => Promise<Result>;
  /** The current trace as W3C's `traceparent`, to be stored with a job that is started in it. */
  readonly current: string | undefined;
  /** Adds a span to a job's trace: a version of it is sent to subscribers. */
  recordDelivery: (job: Delivered) => void;
  /** Sends the spans that have ended. */
  flush: () => Promise<void>;
  /** For BullMQ's workers. */
  telemetry: BullMQOtel;
}

interface Delivered {
  traceContext?: string | null | undefined;
  id: string;
  state: string;
  version: number;
}

/** Sends spans to an exporter, until disposed. To be called once: OpenTelemetry's API is global to the process. */
export function startTracing(exporter: SpanExporter, logger: Logger): Tracing {
  const processor = new BatchSpanProcessor({ exporter: reportFailures(exporter, logger) });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': name }),
    spanProcessors: [processor],
  });
  const contextManager = new AsyncLocalStorageContextManager().enable();
  context.setGlobalContextManager(contextManager);
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(provider);
  // Traces calls of the model service. It subscribes to undici's diagnostics channels, so the order does not matter.
  const calls = new UndiciInstrumentation({
    requireParentforSpans: true,
    startSpanHook: describeWithoutQuery,
  });
  calls.setTracerProvider(provider);
  const tracer = trace.getTracer(name);

  return {
    traceOperation: (label, run) =>
      tracer.startActiveSpan(label, { kind: SpanKind.SERVER }, async (span) => {
        try {
          const result = await run();
          if ('errors' in result) span.setStatus({ code: SpanStatusCode.ERROR });
          return result;
        } finally {
          span.end();
        }
      }),
    get current() {
      const carrier: { traceparent?: string } = {};
      propagation.inject(context.active(), carrier);
      return carrier.traceparent;
    },
    recordDelivery: ({ traceContext, id, state, version }) => {
      if (!traceContext) return;
      const attributes = {
        'fovea.job.id': id,
        'fovea.job.state': state,
        'fovea.job.version': version,
      };
      tracer
        .startSpan('deliver', { kind: SpanKind.PRODUCER, attributes }, toContext(traceContext))
        .end();
    },
    flush: () => provider.forceFlush(),
    telemetry: new BullMQOtel({ tracerName: name }),
    async [Symbol.asyncDispose]() {
      calls.disable();
      // A collector that does not answer must neither delay the end of the process nor fail it.
      await withTimeout(provider.shutdown(), shutdownDeadlineMs).catch((error: unknown) =>
        logger.warn({ err: error }, 'last traces not sent'),
      );
      trace.disable();
      context.disable();
      propagation.disable();
    },
  };
}

/** Sends spans to a collector, given its address without `/v1/traces`. */
export function createExporter(url: string): SpanExporter {
  return new OTLPTraceExporter({ url: `${url.replace(/\/$/, '')}/v1/traces` });
}

/** Logs failures: spans that are not sent are lost, and OpenTelemetry does not say so. */
function reportFailures(exporter: SpanExporter, logger: Logger): SpanExporter {
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        if (result.error)
          logger.warn({ err: result.error, spans: spans.length }, 'traces not sent');
        done(result);
      }),
    forceFlush: async () => exporter.forceFlush?.(),
    shutdown: () => exporter.shutdown(),
  };
}

function toContext(traceparent: string): Context {
  return propagation.extract(context.active(), { traceparent });
}

/** The query of a URL may contain a token. `origin` has neither user nor password. */
function describeWithoutQuery({ origin, path }: UndiciRequest): Attributes {
  const url = new URL(path, origin);
  return { 'url.full': `${url.origin}${url.pathname}`, 'url.query': '' };
}
