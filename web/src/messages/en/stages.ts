import type { Templates } from '../templates.ts';

/** What is said for a stage of a job. What is not here is said as the server says it, which is English. */
export const stages: Templates = {};
