import { maxStages } from '../../jobs/attempts/stages.ts';
import type { JobReport } from '../transport.ts';

type Stages = NonNullable<JobReport['stages']>;

/** When the stages of an attempt began, from its begin on, and which of them no report has told of. */
export class StageClock {
  readonly #beganAt = performance.now();
  #stage: string | undefined;
  #untold: Stages = [];
  #count = 0;
  #ms = -1;

  /** The attempt is in this stage now. */
  enter(stage: string): void {
    // One more than is kept, as it ends the last one that is.
    if (stage !== this.#stage && this.#count <= maxStages) {
      this.#count += 1;
      // Each has a time of its own, by which one that is told twice is known.
      this.#ms = Math.max(Math.round(performance.now() - this.#beganAt), this.#ms + 1);
      this.#untold.push({ name: stage, ms: this.#ms });
    }
    this.#stage = stage;
  }

  /** Tells of stages by sending them; those that could not be sent are told next time. */
  async tell(send: (stages: Pick<JobReport, 'stages'>) => Promise<void>): Promise<void> {
    const stages = this.#untold.splice(0, maxStages);
    try {
      await send(stages.length > 0 ? { stages } : {});
    } catch (error) {
      this.#untold.unshift(...stages);
      throw error;
    }
  }
}
