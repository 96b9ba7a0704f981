import { sql } from 'kysely';

const mark = '/* prepared */';

/**
 * Ends a statement that runs often, takes long to plan, and always has the same text: `.modifyEnd(prepared)`. Where a session is
 * a client's own, PostgreSQL then plans it a few times only.
 */
export const prepared = sql.raw<never>(mark);

/** Whether a statement ends with `prepared`. */
export function isPrepared(text: string): boolean {
  return text.endsWith(mark);
}
