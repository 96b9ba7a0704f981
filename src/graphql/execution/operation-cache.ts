import { getOperationAST, GraphQLError, Kind, visit } from 'graphql';
import type { DocumentNode, OperationDefinitionNode } from 'graphql';
import { LRUCache } from 'lru-cache';

/** Parsed documents in the cache, and the sum of their characters. */
const maxDocuments = 1_000;
const maxCharacters = 1_000_000;

/** A client's request, as every transport carries it. */
export interface OperationRequest {
  query?: string | undefined;
  /** Replaces the query if the server has trusted documents. */
  documentId?: string | undefined;
  operationName?: string | null | undefined;
  variables?: Record<string, unknown> | null | undefined;
  extensions?: unknown;
}

/** An operation of a valid document. Equal requests get the same object while it is cached. */
export interface Operation {
  document: DocumentNode;
  definition: OperationDefinitionNode;
  /** Its label in metrics: its root field, or `several`. */
  label: string;
  /** Variables that are only used as a cursor: they decide where a client resumes, not what an event contains. */
  cursorVariables: ReadonlySet<string>;
}

export interface Language {
  parse: (source: string) => DocumentNode;
  validate: (document: DocumentNode) => readonly GraphQLError[];
}

export interface OperationCache {
  /** The operation that a request names, or the errors of its document. */
  find: (request: RequestWithQuery) => Operation | readonly GraphQLError[];
}

type RequestWithQuery = { query: string; operationName?: string | null | undefined };

/** Parses and validates each document once while it is cached. */
export function createOperationCache({ parse, validate }: Language): OperationCache {
  type Entry = { document: DocumentNode; byName: Map<string, Operation> };
  const documents = new LRUCache<string, Entry>({
    max: maxDocuments,
    maxSize: maxCharacters,
    sizeCalculation: (_entry, query) => query.length + 1,
  });

  function find({ query, operationName }: RequestWithQuery): Operation | readonly GraphQLError[] {
    const known = documents.get(query) ?? read(query);
    if (!('document' in known)) return known;
    const name = operationName ?? '';
    const operation = known.byName.get(name) ?? toOperation(known.document, name || undefined);
    if (!operation) return [noSuchOperation()];
    known.byName.set(name, operation);
    return operation;
  }

  function read(query: string): Entry | readonly GraphQLError[] {
    const document = tryParse(parse, query);
    if (document instanceof GraphQLError) return [document];
    const errors = validate(document);
    if (errors.length > 0) return errors;
    const known = { document, byName: new Map<string, Operation>() };
    documents.set(query, known);
    return known;
  }

  return { find };
}

/** The same error as Yoga's. */
function noSuchOperation(): GraphQLError {
  return new GraphQLError('Could not determine what operation to execute.', {
    extensions: { code: 'OPERATION_RESOLUTION_FAILURE', http: { status: 400, spec: false } },
  });
}

function tryParse(parse: Language['parse'], query: string): DocumentNode | GraphQLError {
  try {
    return parse(query);
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    // Yoga adds these only to errors of requests that it handles itself.
    error.extensions['code'] ??= 'GRAPHQL_PARSE_FAILED';
    error.extensions['http'] ??= { status: 400, spec: true };
    return error;
  }
}

function toOperation(document: DocumentNode, name: string | undefined): Operation | undefined {
  const definition = getOperationAST(document, name);
  if (!definition) return undefined;
  const cursorVariables = findCursorVariables(document, definition);
  return { document, definition, label: toOperationLabel(definition), cursorVariables };
}

/** The only root field of a valid operation, or `several`: there are no more labels than the schema has fields. */
function toOperationLabel({ selectionSet }: OperationDefinitionNode): string {
  const [first, ...others] = selectionSet.selections;
  return first?.kind === Kind.FIELD && others.length === 0 ? first.name.value : 'several';
}

/** Variables that are used as the argument `after` of root fields, and nowhere else. */
function findCursorVariables(
  document: DocumentNode,
  { selectionSet }: OperationDefinitionNode,
): Set<string> {
  const cursors = selectionSet.selections.flatMap((selection) =>
    selection.kind === Kind.FIELD
      ? (selection.arguments ?? []).flatMap(({ name, value }) =>
          name.value === 'after' && value.kind === Kind.VARIABLE ? [value] : [],
        )
      : [],
  );
  const names = new Set(cursors.map((variable) => variable.name.value));
  visit(document, {
    VariableDefinition: () => false,
    Variable: (variable) => {
      if (!cursors.includes(variable)) names.delete(variable.name.value);
    },
  });
  return names;
}
