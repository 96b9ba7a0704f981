import { describeFields } from '../../../src/graphql/input-shape.ts';
import { pascalName } from '../../../src/jobs/define-job.ts';
import { jobDefinitions } from '../../../src/subjects/index.ts';
import { testSubjects } from '../subjects/index.ts';
import type { TestJob } from '../subjects/test-subject.ts';

export const testJobs = testSubjects.flatMap(({ job }) => job ?? []);

/** All there is to say of a job, and all that it leads to. */
export const jobSelection = `
  __typename id owner type state version progress stage attempt maxAttempts priority position createdAt startedAt
  completedAt nextAttemptAt expiresAt cancelable retryable error { code message }
  waiting { reason message until } estimate { completesAfter completesBefore coverage }
  subject { title video { id title } persona { id name } }
  attempts { number startedAt finishedAt } logs { sequence message at } pipeline { id jobs { id owner version } }
  batch { id name state }
  ${testJobs.map(selectJob).join('\n')}`;

function selectJob({ definition, resultFields }: TestJob): string {
  const { input } = jobDefinitions.find(({ type }) => type === definition.type)!;
  const texts = describeFields(input).filter(({ type }) => type === 'ID' || type === 'String');
  const names = texts.map(({ name }) => name);
  return `... on ${pascalName(definition)}Job { input { ${names.join(' ')} } result { ${resultFields} } }`;
}

/** All that tells something of an object with an id. */
export const nodeSelection = `__typename id
  ... on Job { ${jobSelection} } ... on Pipeline { jobs { id owner } }
  ... on Video { title } ... on Persona { name } ... on Claim { text }
  ${testJobs.map(selectResult).join('\n')}`;

function selectResult({ definition, resultFields }: TestJob): string {
  const { result } = jobDefinitions.find(({ type }) => type === definition.type)!;
  return `... on ${result.type} { ${resultFields} }`;
}
