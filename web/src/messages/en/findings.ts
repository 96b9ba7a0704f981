import type { Templates } from '../templates.ts';

/** What is said for a finding of the doctor. What is not here is said as the server says it, which is English. */
export const findings: Templates = {};
