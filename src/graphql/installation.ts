import { assertOperator } from '../db/viewer.ts';
import type { Installation } from '../doctor/installation.ts';
import type { Finding, Level } from '../doctor/finding.ts';
import { builder } from './builder.ts';

/** What it costs to ask other servers, beside reading a field. */
const examinationCost = 50;

const FindingLevelRef = builder.enumType('FindingLevel', {
  description: 'How bad it is.',
  values: {
    OK: { value: 'ok', description: 'As it should be.' },
    WARNING: {
      value: 'warning',
      description: 'It works now, but may not under load or after a failure.',
    },
    WRONG: { value: 'wrong', description: 'Jobs do not run as they should.' },
  } as const satisfies Record<string, { value: Level; description: string }>,
});

const FindingRef = builder.objectRef<Finding>('Finding').implement({
  description: 'The result of one check. Has no id: a cache keeps it in the installation.',
  fields: (t) => ({
    check: t.exposeString('check', { description: 'What was checked.' }),
    level: t.expose('level', { type: FindingLevelRef, description: 'How bad it is.' }),
    seen: t.exposeString('seen', {
      description: 'In one line, with figures; no password, token or payload.',
    }),
    advice: t.exposeString('advice', {
      nullable: true,
      description: 'What to do about it; null if it is ok.',
    }),
  }),
});

const InstallationRef = builder.objectRef<Installation>('Installation').implement({
  description:
    'The server and what it stands on, as `doctor` sees it. Has no id: a cache keeps it in the query.',
  fields: (t) => ({
    checkedAt: t.expose('checkedAt', { type: 'DateTime', description: 'When it was examined.' }),
    findings: t.field({
      type: [FindingRef],
      description: 'The results of all checks.',
      resolve: ({ findings }) => [...findings],
    }),
  }),
});

builder.queryField('installation', (t) =>
  t.field({
    type: InstallationRef,
    complexity: { field: examinationCost },
    description:
      'What `doctor` finds, for operators; up to ten seconds old. Takes as long as the servers take to answer, at most 20 seconds.',
    resolve: (_root, _args, { viewer, examine }) => {
      assertOperator(viewer);
      return examine();
    },
  }),
);
