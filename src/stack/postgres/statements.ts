import type { QueryConfig, QueryResult } from 'pg';
import { isPrepared } from '../../db/prepared.ts';
import { isNameLost, isPlanStale } from '../../db/transient-errors.ts';

/** More than there are statements to prepare: each takes memory in every session of the server. */
const maxNames = 100;

type RunStatement = (statement: QueryConfig) => Promise<QueryResult>;

/** Runs statements on sessions; those that are marked as `prepared` have names, by which sessions keep their plans. */
export interface Statements {
  /** Begins to run statements on a session: returns what runs one. `onStale` is called when its plans are out of date. */
  on: (
    run: RunStatement,
    onStale: () => void,
  ) => (text: string, values?: unknown[]) => Promise<QueryResult>;
}

/**
 * With `mayPrepare` false, as behind a pooler that lends sessions for a transaction, nothing is prepared; nor is it any more
 * once a session turns out to be lent by one.
 */
export function createStatements(mayPrepare: boolean): Statements {
  let canPrepare = mayPrepare;
  const names = new Map<string, string>();

  function findName(text: string): string | undefined {
    if (!canPrepare || !isPrepared(text)) return undefined;
    const known = names.get(text);
    if (known !== undefined || names.size === maxNames) return known;
    const name = `fovea_${names.size + 1}`;
    names.set(text, name);
    return name;
  }

  return {
    on: (run, onStale) => {
      let isInTransaction = false;
      return async (text, values = []) => {
        const name = findName(text);
        if (text === 'begin' || text.startsWith('start transaction')) isInTransaction = true;
        else if (text === 'commit' || text === 'rollback') isInTransaction = false;
        if (name === undefined) return run({ text, values });
        try {
          return await run({ name, text, values });
        } catch (error) {
          if (isNameLost(error)) canPrepare = false;
          else if (isPlanStale(error)) onStale();
          else throw error;
          // Refused before it ran, but a transaction has failed as a whole.
          if (isInTransaction) throw error;
          return run({ text, values });
        }
      };
    },
  };
}
