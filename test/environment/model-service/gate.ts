/** Lets a test decide when something goes on. */
export interface Gate {
  readonly opened: boolean;
  /** Lets through everyone who waits, or who arrives later. */
  open: () => void;
  /** Waits until the gate is open; rejects with the signal's reason if that comes first. */
  wait: (signal?: AbortSignal) => Promise<void>;
  /** Resolves once someone waits, or has waited. */
  reached: () => Promise<void>;
}

export function createGate(): Gate {
  const opening = Promise.withResolvers<void>();
  const arrival = Promise.withResolvers<void>();
  let opened = false;
  return {
    get opened() {
      return opened;
    },
    open: () => {
      opened = true;
      opening.resolve();
    },
    wait: (signal) => {
      arrival.resolve();
      return signal === undefined
        ? opening.promise
        : Promise.race([opening.promise, rejectOnAbort(signal)]);
    },
    reached: () => arrival.promise,
  };
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason as Error);
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  return promise;
}
