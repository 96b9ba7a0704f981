import { compare } from './compare.ts';
import { controls } from './controls.ts';
import { errors } from './errors.ts';
import { findings } from './findings.ts';
import { job } from './job.ts';
import { jobs } from './jobs.ts';
import { newJob } from './new-job.ts';
import { queues } from './queues.ts';
import { result } from './result.ts';
import { session } from './session.ts';
import { settings } from './settings.ts';
import { shell } from './shell.ts';
import { stages } from './stages.ts';

export const ar = {
  compare,
  controls,
  errors,
  findings,
  job,
  jobs,
  newJob,
  queues,
  result,
  session,
  settings,
  shell,
  stages,
};
