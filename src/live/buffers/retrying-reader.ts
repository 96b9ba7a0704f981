/** Pauses after a failed read: the first, and the longest; each is twice the one before. */
const firstPauseMs = 500;
const longestPauseMs = 3_000;
/** Attempts of one read at most, which take three minutes; then it fails. */
const maxReads = 60;

export interface ReadFailures {
  /** Called for each read that failed, before the next one. */
  onFailure: (error: unknown) => void;
  /** Called with the last error, when it is not read again. */
  onGivenUp: (error: Error) => void;
}

/** Reads for one subscriber, one at a time. A failed read is repeated after a pause. */
export class RetryingReader {
  readonly #failures: ReadFailures;
  #isActive = false;
  #isStopped = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(failures: ReadFailures) {
    this.#failures = failures;
  }

  /** Whether something is being read, or waits to be read again. */
  get isActive(): boolean {
    return this.#isActive;
  }

  /** Must not be called while it is active. */
  begin<Result>(read: () => Promise<Result>, receive: (result: Result) => void): void {
    this.#isActive = true;
    this.#try(read, receive, 1);
  }

  /** Reads no more, and receives nothing of what is under way. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #try<Result>(
    read: () => Promise<Result>,
    receive: (result: Result) => void,
    count: number,
  ): void {
    read().then(
      (result) => {
        if (this.#isStopped) return;
        this.#isActive = false;
        receive(result);
      },
      (error: unknown) => {
        if (this.#isStopped) return;
        this.#failures.onFailure(error);
        if (count === maxReads) return this.#failures.onGivenUp(error as Error);
        const pauseMs = Math.min(firstPauseMs * 2 ** (count - 1), longestPauseMs);
        this.#timer = setTimeout(() => this.#try(read, receive, count + 1), pauseMs);
      },
    );
  }
}
