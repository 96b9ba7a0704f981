import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';

/** The greatest Int of GraphQL and of PostgreSQL. As milliseconds, it is 24.8 days. */
const maxInt = 2_147_483_647;

/** A number as an Int: a greater one is the greatest. */
export function toInt(value: number): number {
  return Math.min(Math.round(value), maxInt);
}

/** The same for an SQL expression; null stays null. */
export function asInt(expression: RawBuilder<unknown>): RawBuilder<number> {
  // `least` leaves nulls out, and a cast beyond the limit is an error (22003).
  return sql<number>`(case when ${expression} > ${sql.lit(maxInt)} then ${sql.lit(maxInt)} else ${expression} end)::int`;
}
