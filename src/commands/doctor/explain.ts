/** An error in one line, without the credentials of a URL that it may quote. */
export function explain(error: unknown): string {
  return firstLine(error).replaceAll(/\/\/[^/\s]*@/g, '//');
}

/** The code of a system, PostgreSQL or Redis error; empty when it has none. */
export function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if ('code' in error) return String(error.code);
  // Redis begins its replies with it.
  return /^[A-Z]{4,}(?= )/.exec(error.message)?.[0] ?? '';
}

function firstLine(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Of a name with several addresses, each has its own reason, and the whole has none.
  const [first] = error instanceof AggregateError ? (error.errors as unknown[]) : [];
  if (first !== undefined) return firstLine(first);
  return error.message.split('\n', 1)[0] || errorCode(error) || error.name;
}
