import type { JobRow } from '../../jobs/rows/row.ts';

/** Rows that one read returns at most. */
export const pageRows = 1_000;

/** Reads a part of the present: the jobs below an id, in the descending order of their ids, `pageRows` at most. */
export type ReadPart = (before: string | undefined) => Promise<readonly JobRow[]>;

/** What a subscriber to many jobs is sent first. */
export interface Present {
  /** In the order in which they are sent; there is one at least. */
  parts: readonly ReadPart[];
  /** Whether the subscriber may have jobs from an earlier stream: then it is also told which of these do not match. */
  resumes: boolean;
  /** Where the subscriber goes on until it has all of it, and after that. */
  cursors: { before: string; after: string };
}

/** The pages of the present, one after the other. */
export class PresentPages {
  readonly #parts: readonly ReadPart[];
  /** The part that is being read, and the last id of it so far. */
  #part = 0;
  #lastId: string | undefined;

  constructor({ parts }: Present) {
    this.#parts = parts;
  }

  /** Whether there is no further page. */
  get isRead(): boolean {
    return this.#part >= this.#parts.length;
  }

  /** Reads the next page. If that fails, it can be read again. */
  async readNext(): Promise<readonly JobRow[]> {
    return this.#parts[this.#part]!(this.#lastId);
  }

  /** Must be called with each page that has been read. */
  turn(page: readonly JobRow[]): void {
    this.#lastId = page.at(-1)?.id;
    if (page.length === pageRows) return;
    this.#part += 1;
    this.#lastId = undefined;
  }
}
