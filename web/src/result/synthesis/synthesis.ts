import type { SynthesisResultQuery } from '../../api/generated/types.ts';

/** What a synthesis job has written. */
export type Synthesis = NonNullable<
  Extract<SynthesisResultQuery['job'], { result: unknown }>['result']
>;
