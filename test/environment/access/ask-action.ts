import { getNamedType, isInputObjectType, parse, validate } from 'graphql';
import type { GraphQLField, GraphQLInputType } from 'graphql';
import { schema } from '../../../src/graphql/schema.ts';
import type { Action, Ids } from '../subjects/test-subject.ts';
import { postOperation, readEvents } from '../clients/raw-stream.ts';

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

/** The arguments of a field that name something, as `input.videoId`. */
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

/** The action as a document, whose variables are called as the field's arguments. */
export function toDocument({ kind, field }: RootField, { selection, variables }: Action): string {
  const given = Object.keys(variables?.(noIds) ?? {});
  const types = new Map(field.args.map(({ name, type }) => [name, String(type)]));
  const declared = given.map((name) => `$${name}: ${types.get(name)}`);
  const passed = given.map((name) => `${name}: $${name}`);
  const inBrackets = (parts: string[]) => (parts.length === 0 ? '' : `(${parts.join(', ')})`);
  const document = `${kind} ${inBrackets(declared)} { ${field.name}${inBrackets(passed)} { ${selection} } }`;
  const [fault] = validate(schema, parse(document));
  if (fault) throw fault; // to all who ask for it, the same would be said
  return document;
}

const noIds = new Proxy({} as Ids, { get: (_ids, name) => String(name) });

/** A guess: what is one's own, but for one argument, which names what somebody else has or what nobody has. */
export interface Guess {
  path: string;
  theirs: OperationCall;
  missing: OperationCall;
}

interface OperationCall {
  variables: Record<string, unknown>;
  /** What the argument is. */
  named: string;
}

/** Every guess that can be made at an action, one argument after the other. */
export function listGuesses(
  { variables = () => ({}) }: Action,
  { own, theirs, missing }: { own: Ids; theirs: Ids; missing: Ids },
): Guess[] {
  const paths = listLeaves(variables(noIds)).filter((path) => {
    return readLeaf(variables(theirs), path) !== readLeaf(variables(missing), path);
  });
  return paths.map((path) => {
    const ask = (ids: Ids): OperationCall => {
      const asked = structuredClone(variables(own));
      const named = readLeaf(variables(ids), path) as string;
      writeLeaf(asked, path, named);
      return { variables: asked, named };
    };
    return { path, theirs: ask(theirs), missing: ask(missing) };
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

/** Of no answer to no one else: they are new each time. */
const passing = ['date', 'etag', 'x-request-id', 'connection', 'keep-alive', 'transfer-encoding'];

/** Asks over HTTP; of a subscription, the first that it gives. */
export async function askOverHttp(
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
  return Object.fromEntries([...headers].filter(([name]) => !passing.includes(name)));
}

async function readFirst(response: Response): Promise<string> {
  for await (const { name, text } of readEvents(response)) if (name === 'next') return text;
  return '';
}

/** Of the errors of an answer. */
export function readCodes(body: string): unknown[] {
  const { errors = [] } = JSON.parse(body) as { errors?: { extensions: { code: unknown } }[] };
  return errors.map(({ extensions }) => extensions.code);
}
