import type { JobLogEntry } from '../../db/tables.ts';
import type { EventBuffer } from '../source-stream.ts';
import { RetryingReader } from './retrying-reader.ts';
import type { ReadFailureListener } from './retrying-reader.ts';

/** Lines that one read returns at most. What follows stays in the database until the subscriber has taken them. */
export const logWindowLines = 100;

export interface LogBufferOptions extends ReadFailureListener {
  /** The sequence of the last line that the subscriber has. */
  after: number;
  /** Reads the lines that follow a sequence, `logWindowLines` at most. */
  read: (after: number) => Promise<readonly JobLogEntry[]>;
  /** Called when lines were read, and at the end of the log. */
  onChange: () => void;
}

/** Every line of a job's log in order, read window by window as fast as the subscriber takes them. */
export class LogBuffer implements EventBuffer<JobLogEntry> {
  readonly #options: LogBufferOptions;
  readonly #reader: RetryingReader;
  #lines: JobLogEntry[] = [];
  #lastSequence: number;
  #mayHaveMore = true;
  #isJobFinal = false;
  #isReadToEnd = false;

  constructor(options: LogBufferOptions) {
    this.#options = options;
    this.#reader = new RetryingReader(options);
    this.#lastSequence = options.after;
  }

  get isExhausted(): boolean {
    return this.#isReadToEnd && this.#lines.length === 0;
  }

  /** Must be called when the log has lines up to this sequence. */
  receive(sequence: number): void {
    if (sequence <= this.#lastSequence) return;
    this.#mayHaveMore = true;
    this.#readNext();
  }

  /** Must be called when the job is final: no further lines will be written. */
  finish(): void {
    if (this.#isJobFinal) return;
    this.#isJobFinal = true;
    this.#mayHaveMore = true;
    this.#readNext();
  }

  take(): JobLogEntry | undefined {
    const line = this.#lines.shift();
    this.#readNext();
    return line;
  }

  cursorOf({ sequence }: JobLogEntry): number {
    return sequence;
  }

  /** Stops reading. */
  close(): void {
    this.#reader.stop();
  }

  #readNext(): void {
    if (this.#reader.isActive || !this.#mayHaveMore || this.#lines.length > 0) return;
    this.#mayHaveMore = false;
    // Only a read that begins after the job has ended is sure to see its last line.
    const seesLastLine = this.#isJobFinal;
    this.#reader.start(
      () => this.#options.read(this.#lastSequence),
      (lines) => this.#onLines(lines, seesLastLine),
    );
  }

  #onLines(lines: readonly JobLogEntry[], seesLastLine: boolean): void {
    this.#lines = [...lines];
    this.#lastSequence = lines.at(-1)?.sequence ?? this.#lastSequence;
    if (lines.length === logWindowLines) this.#mayHaveMore = true;
    else if (seesLastLine) this.#isReadToEnd = true;
    this.#readNext();
    this.#options.onChange();
  }
}
