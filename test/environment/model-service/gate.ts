export interface Gate {
  readonly opened: boolean;
  /** Lets all through who wait, and who come later. */
  open: () => void;
  /** Waits until the gate is open; rejects with the signal's reason if that comes first. */
  wait: (signal?: AbortSignal) => Promise<void>;
  /** Resolves once someone has come to the gate. */
  reached: () => Promise<void>;
}

/** A point that a test holds another at, to say what happens before and after. */
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
        : Promise.race([opening.promise, abortion(signal)]);
    },
    reached: () => arrival.promise,
  };
}

function abortion(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason as Error);
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  return promise;
}
