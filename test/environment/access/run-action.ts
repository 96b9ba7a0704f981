import { getNamedType, isInputObjectType, parse, validate } from 'graphql';
import type { GraphQLField, GraphQLInputType } from 'graphql';
import { schema } from '../../../src/graphql/schema.ts';
import type { Action, Ids } from '../subjects/test-subject.ts';
import { postOperation, readEvents } from '../clients/event-stream.ts';

export interface RootField {
  kind: 'query' | 'mutation' | 'subscription';
  field: GraphQLField<unknown, unknown>;
}

export function listRootFields(): RootField[] {
  const roots = {
    query: schema.getQueryType(),
    mutation: schema.getMutationType(),
    subscription: schema.getSubscriptionType(),
  };
  return Object.entries(roots).flatMap(([kind, root]) =>
    Object.values(root!.getFields()).map((field) => ({ kind: kind as RootField['kind'], field })),
  );
}

/** The arguments of a field that name something, such as `input.videoId`. */
export function listNamingArguments({ field }: RootField): string[] {
  return field.args.flatMap(({ name, type }) => listNames(name, type));
}

const namingTexts = new Set(['owner', 'idempotencyKey', 'after', 'before']);

function listNames(path: string, type: GraphQLInputType): string[] {
  const named = getNamedType(type);
  if (isInputObjectType(named)) {
    const fields = Object.values(named.getFields());
    return fields.flatMap(({ name, type: inner }) => listNames(`${path}.${name}`, inner));
  }
  const isNamingText = named.name === 'String' && namingTexts.has(path.split('.').at(-1)!);
  return named.name === 'ID' || isNamingText ? [path] : [];
}

const documents = new WeakMap<RootField['field'], WeakMap<Action, string>>();

/** Writes the action as a document. Its variables have the names of the field's arguments. */
export function toDocument(root: RootField, action: Action): string {
  const known = documents.get(root.field) ?? new WeakMap<Action, string>();
  documents.set(root.field, known);
  const document = known.get(action) ?? writeDocument(root, action);
  known.set(action, document);
  return document;
}

function writeDocument({ kind, field }: RootField, { selection, variables }: Action): string {
  const given = Object.keys(variables?.(noIds) ?? {});
  const types = new Map(field.args.map(({ name, type }) => [name, String(type)]));
  const declared = given.map((name) => `$${name}: ${types.get(name)}`);
  const passed = given.map((name) => `${name}: $${name}`);
  const inBrackets = (parts: string[]) => (parts.length === 0 ? '' : `(${parts.join(', ')})`);
  const document = `${kind} ${inBrackets(declared)} { ${field.name}${inBrackets(passed)} { ${selection} } }`;
  const [fault] = validate(schema, parse(document));
  if (fault) throw fault; // everyone would get the same answer to an invalid document
  return document;
}

const noIds = new Proxy({} as Ids, { get: (_ids, name) => String(name) });

/** An operation with one's own ids, except for one argument: it names something of the other tenant, or something that does not exist. */
export interface Guess {
  path: string;
  theirs: OperationCall;
  missing: OperationCall;
}

interface OperationCall {
  variables: Record<string, unknown>;
  /** The argument's value. */
  named: string;
}

/** Every guess that an action allows: one for each argument that names something. */
export function listGuesses(
  { variables = () => ({}) }: Action,
  { own, theirs, missing }: { own: Ids; theirs: Ids; missing: Ids },
): Guess[] {
  const paths = listLeaves(variables(noIds)).filter((path) => {
    return readLeaf(variables(theirs), path) !== readLeaf(variables(missing), path);
  });
  return paths.map((path) => {
    const toCall = (ids: Ids): OperationCall => {
      const changed = structuredClone(variables(own));
      const named = readLeaf(variables(ids), path) as string;
      writeLeaf(changed, path, named);
      return { variables: changed, named };
    };
    return { path, theirs: toCall(theirs), missing: toCall(missing) };
  });
}

function listLeaves(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, inner]) =>
    listLeaves(inner, path === '' ? key : `${path}.${key}`),
  );
}

function readLeaf(from: unknown, path: string): unknown {
  return path.split('.').reduce((inner, key) => (inner as Record<string, unknown>)[key], from);
}

function writeLeaf(to: Record<string, unknown>, path: string, value: unknown): void {
  const [, parent, key] = /^(?:(.+)\.)?([^.]+)$/.exec(path)!;
  const within = parent === undefined ? to : readLeaf(to, parent);
  (within as Record<string, unknown>)[key!] = value;
}

export interface HttpAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** Headers that differ from answer to answer, whoever asks. */
const varyingHeaders = [
  'date',
  'etag',
  'x-request-id',
  'connection',
  'keep-alive',
  'transfer-encoding',
];

/** Sends an operation over HTTP; of a subscription, the body is the first event. */
export async function sendOverHttp(
  appUrl: string,
  { kind }: Pick<RootField, 'kind'>,
  sent: { query: string; variables: object },
  credentials: Record<string, string> = {},
): Promise<HttpAnswer> {
  const accept = kind === 'subscription' ? 'text/event-stream' : 'application/json';
  const response = await postOperation(appUrl, sent, { accept, ...credentials });
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') ?? false;
  const body = isStream ? await readFirst(response) : await response.text();
  return { status: response.status, headers: readHeaders(response), body };
}

export function readHeaders({ headers }: Response): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => !varyingHeaders.includes(name)));
}

async function readFirst(response: Response): Promise<string> {
  for await (const { name, text } of readEvents(response)) if (name === 'next') return text;
  return '';
}

/** The codes of an answer's errors. */
export function readCodes(body: string): unknown[] {
  const { errors = [] } = JSON.parse(body) as { errors?: { extensions: { code: unknown } }[] };
  return errors.map(({ extensions }) => extensions.code);
}
