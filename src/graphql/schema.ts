import { builder } from './builder.ts';
import './types/errors.ts';
import './types/job-control.ts';
import './types/job-log.ts';
import './types/job-queries.ts';
import './types/job-updates.ts';
import './types/queue.ts';
import './types/queue-control.ts';
import './types/job-priority.ts';
import './types/bulk-control.ts';
import './types/persona.ts';
import './types/video.ts';
import './types/video-summary.ts';
import './types/claim-extraction.ts';
import './types/claim-synthesis.ts';
import './types/start-job.ts';
import './types/pipeline.ts';

export const schema = builder.toSchema();
