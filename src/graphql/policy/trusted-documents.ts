import { access, readFile } from 'node:fs/promises';
import type { GraphQLError } from 'graphql';
import { z } from 'zod';
import { StartupError } from '../../errors.ts';
import type { Language } from '../execution/operation-cache.ts';
import { refusal } from './refusal.ts';

/** The documents that clients may run, by their ids. */
export type TrustedDocuments = ReadonlyMap<string, string>;

/** The fields of a request that select its document. */
export interface DocumentChoice {
  query?: unknown;
  documentId?: unknown;
  extensions?: unknown;
}

const document = z.string().min(1).max(100_000);
/** The format of Apollo's generate-persisted-query-manifest. */
const apolloManifest = z.object({
  format: z.literal('apollo-persisted-query-manifest'),
  version: z.literal(1),
  operations: z.array(z.object({ id: z.string().min(1), body: document })),
});
const byHash = z.record(z.string().min(1), document);

/** Reads a file of trusted documents; throws StartupError if it cannot be read or has another format. */
export async function readTrustedDocuments(path: string): Promise<TrustedDocuments> {
  const refuse = (problem: string, cause?: unknown) =>
    new StartupError(`PERSISTED_OPERATIONS: ${path} ${problem}.`, { cause });
  let content: unknown;
  try {
    content = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw refuse(error instanceof SyntaxError ? 'is not JSON' : 'cannot be read', error);
  }
  const isManifest = typeof content === 'object' && content !== null && 'format' in content;
  const parsed = isManifest ? apolloManifest.safeParse(content) : byHash.safeParse(content);
  if (!parsed.success) {
    throw refuse(
      'is neither an object of documents by hash nor a manifest of Apollo',
      parsed.error,
    );
  }
  const { data } = parsed;
  const entries = isManifest
    ? (data as z.infer<typeof apolloManifest>).operations.map(({ id, body }) => [id, body] as const)
    : Object.entries(data as z.infer<typeof byHash>);
  return new Map(entries);
}

/** Those of the operator, and those of the console that is served: it works without being listed. */
export async function readAllTrusted(
  path: string | null,
  consolePath: string | null,
): Promise<TrustedDocuments | null> {
  if (path === null) return null;
  const listed = await readTrustedDocuments(path);
  if (consolePath === null || !(await isThere(consolePath))) return listed;
  return new Map([...(await readTrustedDocuments(consolePath)), ...listed]);
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false, // the console is not built, and says so itself
  );
}

/** Throws StartupError if a trusted document is invalid. */
export function assertValidDocuments(
  documents: TrustedDocuments,
  { parse, validate }: Language,
): void {
  for (const [id, text] of documents) {
    const problem = findProblem(() => validate(parse(text))[0]);
    if (problem === undefined) continue;
    throw new StartupError(`PERSISTED_OPERATIONS: the document ${id} is not valid: ${problem}`);
  }
}

function findProblem(check: () => GraphQLError | undefined): string | undefined {
  try {
    return check()?.message;
  } catch (error) {
    return (error as Error).message;
  }
}

/** The text of the document that a request selects, or the error why it is not served. */
export type FindDocument = (choice: DocumentChoice) => string | GraphQLError;

/** With trusted documents, only these are served; with null, any document, by its text. */
export function createFindDocument(trusted: TrustedDocuments | null): FindDocument {
  if (!trusted) {
    return (choice) => {
      const { query } = choice;
      // Clients that send an id omit the text, or leave it empty if their protocol requires one.
      if (!query && findDocumentId(choice) !== undefined) return notSupported();
      return typeof query === 'string' ? query : missing();
    };
  }
  const texts = new Set(trusted.values());
  return (choice) => {
    const { query } = choice;
    // With automatic persisted queries, clients register documents by sending both text and id.
    if (typeof query === 'string' && query !== '')
      return texts.has(query) ? query : persistedOnly();
    const id = findDocumentId(choice);
    if (id === undefined) return persistedOnly();
    return trusted.get(id) ?? notFound();
  };
}

/** Apollo's clients read these messages to decide what to send next. */
const notSupported = () => refusal('PersistedQueryNotSupported', 'PERSISTED_QUERY_NOT_SUPPORTED');
const notFound = () => refusal('PersistedQueryNotFound', 'PERSISTED_QUERY_NOT_FOUND');
const missing = () => refusal('Must provide query string.', 'BAD_REQUEST');
const persistedOnly = () => refusal('PersistedQueryOnly', 'PERSISTED_QUERY_ONLY');

/** The document's id, from `documentId` or from the extension `persistedQuery` of Apollo's clients. */
export function findDocumentId({ documentId, extensions }: DocumentChoice): string | undefined {
  if (typeof documentId === 'string') return documentId.replace(/^sha256:/, '');
  const query = property(extensions, 'persistedQuery');
  const hash = property(query, 'sha256Hash');
  return typeof hash === 'string' ? hash : undefined;
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Record<string, unknown>)[name]
    : undefined;
}
