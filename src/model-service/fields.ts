import { z } from 'zod';

/**
 * What the endpoints of FOVEA's model service (FastAPI, pydantic) have in common: paths below `/api`, JSON in snake_case.
 * Requests are built by us; answers come from a peer, so they are parsed. Unknown fields are dropped, and what the service
 * may leave out or set to null is `nullish`.
 */

/** Characters kept of a name: of a model, a language, a kind. */
const maxLabelLength = 200;

/** A whole number as `integer` of PostgreSQL and Int of GraphQL hold it. */
export const integer = z.int32();
export const count = integer.min(0);
/** A number from 0 to 1. */
export const share = z.number().min(0).max(1);

/** A name; what is longer is cut, as no answer is worth less for it. */
export const label = z.string().transform((text) => text.slice(0, maxLabelLength).toWellFormed());

/**
 * Our extension: which model to use. It is sent only where a caller asked for one, as FOVEA's service has no such field: its
 * releases before 0.3 ignore it, later ones refuse it.
 */
export const modelId = z.string().nullish();
