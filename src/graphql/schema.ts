import { builder } from './builder.ts';
import './errors.ts';
import './job/job-control.ts';
import './job/job-log.ts';
import './job/job-ticket.ts';
import './job/job-queries.ts';
import './job/related-jobs.ts';
import './job/job-subject.ts';
import './viewer.ts';
import './job/job-updates.ts';
import './queue/queue.ts';
import './queue/queue-history.ts';
import './job/bulk-control.ts';
import './job/start-job.ts';
import './job/pipeline.ts';
import { subjects } from '../subjects/index.ts';
import { widenInts } from './wide-int.ts';

for (const { graphql } of subjects) await graphql?.();

export const schema = widenInts(builder.toSchema());
