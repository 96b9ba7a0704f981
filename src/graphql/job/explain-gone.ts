import { SubjectGoneError } from '../../jobs/rows/insert.ts';

/** What was stored; if something that a job works on was deleted after it was checked, the check says again what is missing. */
export async function explainGone<Stored>(
  storing: Promise<Stored>,
  check: () => Promise<void>,
): Promise<Stored> {
  try {
    return await storing;
  } catch (error) {
    if (error instanceof SubjectGoneError) await check();
    throw error;
  }
}
