import type { JobContext } from './define-job.ts';

/** Warns in a job's log when the model that was asked for is none of those that the service says it has used. */
export function warnIfModelDiffers(
  log: JobContext<unknown>['log'],
  asked: string | null | undefined,
  used: readonly (string | null | undefined)[],
): void {
  const names = used.filter((name) => typeof name === 'string');
  // `qwen-2-5-7b` as the service lists it is `Qwen/Qwen2.5-7B-Instruct` where it answers.
  if (!asked || names.some((name) => simplify(name).includes(simplify(asked)))) return;
  const said = names.length === 0 ? 'does not say which it used' : `used ${names.join(' and ')}`;
  log('WARN', `The model ${asked} was asked for, and the model service ${said}.`);
}

function simplify(name: string): string {
  return name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
}
