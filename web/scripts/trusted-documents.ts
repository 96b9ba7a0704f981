// Writes dist/trusted-documents.json: every document that the console and the client send, by hash. A server with PERSISTED_OPERATIONS serves these too.
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildSchema } from 'graphql';
import type { GraphQLObjectType } from 'graphql';
import * as clientDocuments from '../../client/src/generated/documents.ts';
import * as clientResultDocuments from '../../client/src/generated/result-documents.ts';
import * as clientPollDocuments from '../../client/src/generated/poll-documents.ts';
import { writeDocument } from '../../client/src/run/start-job.ts';
import * as consoleDocuments from '../src/api/generated/documents.ts';
import { toSubscription } from '../src/api/to-subscription.ts';

const root = join(import.meta.dirname, '..');
const schema = buildSchema(await readFile(join(root, '../schema.graphql'), 'utf8'));

/** The mutations that start one job, whose documents the client writes when it sends them. */
const starts = Object.values(schema.getMutationType()!.getFields()).filter(({ name, args }) => {
  const payload = schema.getType(`${name[0]!.toUpperCase()}${name.slice(1)}Payload`);
  const fields = (payload as GraphQLObjectType | undefined)?.getFields() ?? {};
  return fields['created'] && fields['job'] && args.some((arg) => arg.name === 'input');
});

/** The others are fields that several select. */
const isOperation = (text: string) => /^(query|mutation|subscription)\b/.test(text);
const texts = [
  ...Object.values<string>(consoleDocuments),
  // What a page with a ticket sends in place of a query.
  ...Object.values<string>(consoleDocuments)
    .filter((text) => text.startsWith('query ') && text.includes('{job('))
    .map(toSubscription),
  ...Object.values<string>(clientResultDocuments).filter(isOperation),
  ...Object.values<string>(clientPollDocuments).filter(isOperation),
  ...Object.values<string>(clientDocuments).filter(isOperation),
  ...starts.map(({ name }) => writeDocument(name)),
];
const byHash = texts.map((text) => [createHash('sha256').update(text).digest('hex'), text]);
await writeFile(
  join(root, 'dist/trusted-documents.json'),
  `${JSON.stringify(Object.fromEntries(byHash), null, 1)}\n`,
);
