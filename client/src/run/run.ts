import { JobEndedError } from '../errors.ts';
import type { Jobs, Result, Run, RunOptions, StartName } from '../jobs.ts';
import type { Wire } from '../wire/watch.ts';
import type { WaitForResult } from './results.ts';
import { startJob } from './start-job.ts';
import { beginSubmission, createKey } from './submissions.ts';
import type { KeyStorage, Submission } from './submissions.ts';

/** Starts jobs: the same input again is the same job until it has ended, also after a reload of the page. */
export function createRun(
  wire: Wire,
  storage: KeyStorage,
  waitForResult: WaitForResult,
  cancel: Jobs['cancel'],
): Jobs['run'] {
  async function run<Name extends StartName>(
    name: Name,
    input: Parameters<Jobs['run'][Name]>[0],
    { onUpdate, signal, idempotencyKey: given, ...jobOptions }: RunOptions = {},
  ): Promise<Run<Name>> {
    // One that is always another job has a key as well: it is sent again when its answer is lost.
    const { idempotencyKey, forget }: Submission =
      given === undefined
        ? beginSubmission(storage, name, input)
        : { idempotencyKey: given ?? createKey() };
    const options = { ...jobOptions, idempotencyKey };
    const started = await startJob(wire, name, { input, options }, signal);
    if ('error' in started) {
      forget?.();
      return started;
    }
    const { id } = started.job;
    const result = waitForResult(id, { onUpdate, signal }) as Promise<Result<Name>>;
    // Who does not ask for the result is not told of its error.
    result.then(forget, (error: unknown) => {
      if (error instanceof JobEndedError) forget?.();
    });
    return { id, ...started, result, cancel: () => cancel(id) };
  }

  return new Proxy({} as Jobs['run'], {
    get: (_target, name) => (input: never, options?: RunOptions) =>
      run(name as StartName, input, options),
  });
}
