type Fields = Record<string, unknown>;

/** Jobs that are remembered. */
const maxRemembered = 10_000;

function isVersioned(value: Fields): value is Fields & { id: string; version: number } {
  return typeof value['id'] === 'string' && typeof value['version'] === 'number';
}

/** Makes answers never older than what an earlier one said, whichever way each came. */
export function createNewest(): <Data>(data: Data) => Data {
  /** By id. The one that was seen last is at the end. */
  const known = new Map<string, Fields & { version: number }>();

  function remember(value: Fields & { id: string; version: number }): Fields {
    const { id, version } = value;
    const before = known.get(id);
    if (before && version < before.version) {
      // What the older answer alone has, such as a result, does not change; the rest is what is known to be newer.
      const newer = Object.keys(value).filter((name) => name in before);
      return { ...value, ...Object.fromEntries(newer.map((name) => [name, before[name]])) };
    }
    known.delete(id);
    known.set(id, before?.version === version ? { ...before, ...value } : value);
    if (known.size > maxRemembered) known.delete(known.keys().next().value!);
    return value;
  }

  return function toNewest<Data>(data: Data): Data {
    if (Array.isArray(data)) return data.map((item: unknown) => toNewest(item)) as Data;
    if (typeof data !== 'object' || data === null) return data;
    const fields = Object.fromEntries(
      Object.entries(data).map(([name, value]) => [name, toNewest(value as unknown)]),
    );
    return (isVersioned(fields) ? remember(fields) : fields) as Data;
  };
}
