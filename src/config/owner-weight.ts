import { z } from 'zod';

const [least, most] = [0.01, 100];

/** How many shares of a queue an owner has. Beyond these bounds an owner would in effect be left out, or alone. */
export const ownerWeight = z.number().min(least).max(most);

/** What a weight must be, for messages. */
export const ownerWeightRule = `a number from ${least} to ${most}`;
