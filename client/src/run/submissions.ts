/** Where the keys of submissions are kept, so that one that was interrupted is the same one when it is sent again. */
export type KeyStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const prefix = 'fovea-jobs:';

/** That of the browser's tab; elsewhere, and where pages may not store anything, one in memory. */
export function findStorage(): KeyStorage {
  try {
    const { sessionStorage } = globalThis;
    sessionStorage.getItem(prefix);
    return sessionStorage;
  } catch {
    const items = new Map<string, string>();
    return {
      getItem: (name) => items.get(name) ?? null,
      setItem: (name, value) => items.set(name, value),
      removeItem: (name) => items.delete(name),
    };
  }
}

export interface Submission {
  idempotencyKey: string;
  /** It has ended: the next one with the same input is another one. */
  forget?: () => void;
}

/** The submission of an input: the one that is under way already, also before a reload of the page, or a new one. */
export function beginSubmission(storage: KeyStorage, mutation: string, input: object): Submission {
  const name = `${prefix}${mutation}:${toStableJson(input)}`;
  const idempotencyKey = storage.getItem(name) ?? createKey();
  try {
    storage.setItem(name, idempotencyKey);
  } catch {
    // A full storage: it cannot be recovered after a reload, and works otherwise.
  }
  return { idempotencyKey, forget: () => storage.removeItem(name) };
}

/** The same text for the same input, in whichever order its fields are. */
export function toStableJson(value: unknown): string {
  return JSON.stringify(value, (_name, inner: unknown) =>
    inner && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** 128 random bits; `randomUUID` is there in secure contexts alone. */
export function createKey(): string {
  return crypto.getRandomValues(new Uint32Array(4)).join('-');
}
