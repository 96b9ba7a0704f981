import { ForbiddenError } from '../errors.ts';

/** What is always there for who sees the thing that leads to it; but a ticket opens one job, and nothing that lies beyond. */
export function expectSeen<Row>(row: Row | undefined): Row {
  if (row === undefined) throw new ForbiddenError('Not accessible with this ticket.');
  return row;
}
