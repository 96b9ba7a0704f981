import { z } from 'zod';

/**
 * Field types of the endpoints of FOVEA's model service (FastAPI, pydantic). Unknown fields are dropped; a field that the
 * service may omit or set to null is `nullish`.
 */

/** Maximum characters of a name, such as that of a model or a language. */
const maxLabelLength = 200;

/** Maximum characters of a sentence that explains something. */
const maxReasonLength = 1_000;

/** A whole number in the range of PostgreSQL's `integer` and GraphQL's Int. */
export const integer = z.int32();
export const count = integer.min(0);
/** A number from 0 to 1. */
export const share = z.number().min(0).max(1);

/** A name; a longer one is cut instead of failing the answer. */
export const label = z.string().transform((text) => text.slice(0, maxLabelLength).toWellFormed());
/** An explanation; a longer one is cut instead of failing the answer. */
export const reason = z.string().transform((text) => text.slice(0, maxReasonLength).toWellFormed());

/**
 * Our extension: which model to use. It is sent only if a caller named one, as FOVEA's service has no such field: releases
 * before 0.3 ignore it, later ones reject it.
 */
export const modelId = z.string().nullish();
