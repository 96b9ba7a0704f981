import type { JobInputQuery } from '../../api/generated/types.ts';

type Inputs = NonNullable<JobInputQuery['job']>;

export type Parameter = null | boolean | number | string | readonly Parameter[] | Parameters;

/** Parameters by their names, without those that are the video and the persona. */
export interface Parameters {
  readonly [name: string]: Parameter;
}

const inputsOf = [
  'summarization',
  'extraction',
  'synthesis',
  'detection',
  'tracking',
  'transcription',
] as const;

/** The parameters of a job, whatever its type. */
export function readParameters(job: Inputs): Parameters {
  const inputs = job as Partial<Record<(typeof inputsOf)[number], Parameters>>;
  const key = inputsOf.find((name) => inputs[name] !== undefined);
  return key === undefined ? {} : inputs[key]!;
}
