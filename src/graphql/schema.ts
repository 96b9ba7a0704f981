import { builder } from './builder.ts';
import './errors.ts';
import './job/job-control.ts';
import './job/job-log.ts';
import './job/job-ticket.ts';
import './job/job-queries.ts';
import './job/related-jobs.ts';
import './job/job-subject.ts';
import './job/newest-job.ts';
import './job/job-waiting.ts';
import './job/job-estimate.ts';
import './viewer.ts';
import './installation.ts';
import './job/job-updates.ts';
import './queue/queue.ts';
import './queue/queue-history.ts';
import './queue/queue-pause.ts';
import './job/bulk-control.ts';
import './job/start-job.ts';
import './job/pipeline.ts';
import './node/node-queries.ts';
import './job/batch.ts';
import './job/start-batch.ts';
import { subjects } from '../subjects/index.ts';
import { widenInts } from './wide-int.ts';

for (const { graphql } of subjects) await graphql?.();

export const schema = widenInts(builder.toSchema());
