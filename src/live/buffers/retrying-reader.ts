/** Pauses after a failed read: the first, and the longest. Each is twice the one before. */
const firstPauseMs = 500;
const longestPauseMs = 3_000;
/** Attempts of one read, which take three minutes altogether. */
const maxAttempts = 60;

export interface ReadFailureListener {
  /** Called for each attempt that failed. */
  onFailure: (error: unknown) => void;
  /** Called with the last error, when the read is not attempted again. */
  onGivenUp: (error: Error) => void;
}

/** Reads for one subscriber, one read at a time. A failed read is attempted again after a pause. */
export class RetryingReader {
  readonly #failures: ReadFailureListener;
  #isActive = false;
  #isStopped = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(failures: ReadFailureListener) {
    this.#failures = failures;
  }

  /** Whether a read is under way, or waits for its next attempt. */
  get isActive(): boolean {
    return this.#isActive;
  }

  /** Must not be called while it is active. */
  start<Result>(read: () => Promise<Result>, onResult: (result: Result) => void): void {
    this.#isActive = true;
    this.#attempt(read, onResult, 1);
  }

  /** Begins no further attempt, and drops the result of a read that is under way. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #attempt<Result>(
    read: () => Promise<Result>,
    onResult: (result: Result) => void,
    attempt: number,
  ): void {
    read().then(
      (result) => {
        if (this.#isStopped) return;
        this.#isActive = false;
        onResult(result);
      },
      (error: unknown) => {
        if (this.#isStopped) return;
        this.#failures.onFailure(error);
        if (attempt === maxAttempts) return this.#failures.onGivenUp(error as Error);
        const pauseMs = Math.min(firstPauseMs * 2 ** (attempt - 1), longestPauseMs);
        this.#timer = setTimeout(() => this.#attempt(read, onResult, attempt + 1), pauseMs);
      },
    );
  }
}
