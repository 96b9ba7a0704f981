import { builder } from './builder.ts';
import './errors.ts';
import './job/job-control.ts';
import './job/job-log.ts';
import './job/job-ticket.ts';
import './job/job-queries.ts';
import './job/job-updates.ts';
import './queue/queue.ts';
import './job/bulk-control.ts';
import '../subjects/persona/graphql.ts';
import '../subjects/video/graphql.ts';
import '../subjects/summary/graphql.ts';
import '../subjects/claims/graphql.ts';
import '../subjects/synthesis/graphql.ts';
import './job/start-job.ts';
import './job/pipeline.ts';
import { widenInts } from './wide-int.ts';

export const schema = widenInts(builder.toSchema());
