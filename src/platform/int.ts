import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';

/** The greatest Int of GraphQL and of PostgreSQL. As milliseconds, it is 24.8 days. */
const maxInt = 2_147_483_647;

/** Rounds a number to an Int, at most the greatest. */
export function toInt(value: number): number {
  return Math.min(Math.round(value), maxInt);
}

/** The same for an SQL expression; null stays null. */
export function asInt(expression: RawBuilder<unknown>): RawBuilder<number> {
  // `least` ignores nulls, and a cast of a greater number is an error (22003).
  return sql<number>`(case when ${expression} > ${sql.lit(maxInt)} then ${sql.lit(maxInt)} else ${expression} end)::int`;
}
