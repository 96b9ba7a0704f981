import { useClient } from 'fovea-jobs-client/react';
import { useCallback, useRef } from 'react';
import { useLocation } from 'wouter';
import { StartAnalysis, StartMany } from '../api/generated/documents.ts';
import type { StartName } from '../api/generated/forms.ts';
import type { AnalyzeVideoInput, BatchJobInput, JobOptions } from '../api/generated/types.ts';
import { useOperation } from '../api/use-operation.ts';
import type { Refused } from './form/use-submission.ts';

/** What a form asks for: a job for each input. */
export interface Order {
  inputs: readonly Record<string, unknown>[];
  options: Record<string, unknown>;
  /** Of the batch, if there are several inputs. */
  name: string;
}

/** Starts what a form asks for, and goes there; or says why it was not started. */
export function useStart(
  name: StartName,
  basedOn: string | undefined,
): (order: Order) => Promise<Refused | undefined> {
  const client = useClient();
  const analyze = useOperation(StartAnalysis);
  const startMany = useOperation(StartMany);
  const [, navigate] = useLocation();
  const keyOf = useIdempotencyKey();
  return useCallback(
    async (order) => {
      const { inputs } = order;
      const idempotencyKey = keyOf(order);
      const options: JobOptions = { ...order.options, idempotencyKey };
      if (inputs.length > 1) {
        const jobs = inputs.map((input) => ({ [name]: input }) as unknown as BatchJobInput);
        const input = { jobs, ...(order.name && { name: order.name }) };
        const { started } = await startMany({ input, options });
        if (!('batch' in started)) return started;
        navigate(`/batches/${started.batch.id}`);
        return undefined;
      }
      if (name === 'analyzeVideo') {
        const input = inputs[0] as unknown as AnalyzeVideoInput;
        const { started } = await analyze({ input, options });
        if (!('pipeline' in started)) return started;
        navigate(`/jobs/${started.pipeline.jobs[0]!.id}`);
        return undefined;
      }
      const run = await client.run[name](inputs[0] as never, {
        ...options,
        ...(basedOn && { basedOn }),
      });
      if (run.error) return run.error;
      navigate(`/jobs/${run.id}`);
      return undefined;
    },
    [client, analyze, startMany, navigate, keyOf, name, basedOn],
  );
}

/** The same key for the same order of one form, so that what is sent twice starts once; another form starts another job. */
function useIdempotencyKey(): (order: Order) => string {
  const last = useRef<{ order: string; key: string }>(undefined);
  return useCallback((order) => {
    const text = JSON.stringify(order);
    if (last.current?.order !== text) last.current = { order: text, key: createKey() };
    return last.current.key;
  }, []);
}

/** 128 random bits; `randomUUID` is there in secure contexts alone. */
function createKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}
