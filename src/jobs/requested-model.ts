import type { JobContext } from './define-job.ts';

/** Warns in a job's log if the requested model is not among those that the model service says it used. */
export function warnIfModelDiffers(
  log: JobContext<unknown>['log'],
  requested: string | null | undefined,
  used: readonly (string | null | undefined)[],
): void {
  const names = used.filter((name) => typeof name === 'string');
  // `qwen-2-5-7b` as the service lists it is `Qwen/Qwen2.5-7B-Instruct` where it answers.
  if (!requested || names.some((name) => simplify(name).includes(simplify(requested)))) return;
  const reply = names.length === 0 ? 'does not say which it used' : `used ${names.join(' and ')}`;
  log('WARN', `The model ${requested} was asked for, and the model service ${reply}.`);
}

function simplify(name: string): string {
  return name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
}
