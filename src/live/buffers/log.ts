import type { JobLogEntry } from '../../db/tables.ts';
import type { EventBuffer } from '../source-stream.ts';
import { RetryingReader } from './retrying-reader.ts';
import type { ReadFailures } from './retrying-reader.ts';

/** Lines that wait for one subscriber at most; what follows stays in the database until it has taken them. */
export const logWindowLines = 100;

export interface LogBufferOptions extends ReadFailures {
  /** The sequence of the last line that the subscriber has. */
  after: number;
  /** The lines that follow a sequence, `logWindowLines` at most. */
  read: (after: number) => Promise<readonly JobLogEntry[]>;
  /** Called when lines have arrived, or the end. */
  onChange: () => void;
}

/** The buffer of a job's log: every line in order, read window by window, as fast as the subscriber takes them. */
export class LogBuffer implements EventBuffer<JobLogEntry> {
  readonly #options: LogBufferOptions;
  readonly #reading: RetryingReader;
  #lines: JobLogEntry[] = [];
  #last: number;
  #mayHaveMore = true;
  #isJobFinal = false;
  #hasRest = true;

  constructor(options: LogBufferOptions) {
    this.#options = options;
    this.#reading = new RetryingReader(options);
    this.#last = options.after;
  }

  /** A final job's log is complete: nothing follows once all of it was taken. */
  get isExhausted(): boolean {
    return this.#isJobFinal && !this.#hasRest && this.#lines.length === 0;
  }

  /** The log has lines up to this sequence. */
  receive(sequence: number): void {
    if (sequence <= this.#last) return;
    this.#mayHaveMore = true;
    this.#readOn();
  }

  /** The job is final: no further lines will be written. */
  finish(): void {
    if (this.#isJobFinal) return;
    this.#isJobFinal = true;
    this.#mayHaveMore = true;
    this.#readOn();
  }

  take(): JobLogEntry | undefined {
    const line = this.#lines.shift();
    this.#readOn();
    return line;
  }

  cursorOf({ sequence }: JobLogEntry): number {
    return sequence;
  }

  /** Reads no more. */
  close(): void {
    this.#reading.stop();
  }

  #readOn(): void {
    if (this.#reading.isActive || !this.#mayHaveMore || this.#lines.length > 0) return;
    this.#mayHaveMore = false;
    const isLastRead = this.#isJobFinal;
    this.#reading.begin(
      () => this.#options.read(this.#last),
      (lines) => this.#receive(lines, isLastRead),
    );
  }

  #receive(lines: readonly JobLogEntry[], isLastRead: boolean): void {
    this.#lines = [...lines];
    this.#last = lines.at(-1)?.sequence ?? this.#last;
    if (lines.length === logWindowLines) this.#mayHaveMore = true;
    else if (isLastRead) this.#hasRest = false;
    this.#readOn();
    this.#options.onChange();
  }
}
