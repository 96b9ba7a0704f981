import { text } from '../../jobs/input-fields.ts';

/** The texts of a persona, as a client gives them. */
export const personaFields = { name: text(200), role: text(200), informationNeed: text(4_000) };
