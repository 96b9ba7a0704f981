import { getOperationAST, GraphQLError, Kind, visit } from 'graphql';
import type { DocumentNode, OperationDefinitionNode } from 'graphql';
import { LRUCache } from 'lru-cache';

/** Documents that are kept parsed and validated, and characters of them, at most. */
const maxDocuments = 1_000;
const maxCharacters = 1_000_000;

/** What a client asks for, as every transport carries it. */
export interface OperationRequest {
  query?: string | undefined;
  /** In the place of the query, where the server has trusted documents. */
  documentId?: string | undefined;
  operationName?: string | null | undefined;
  variables?: Record<string, unknown> | null | undefined;
  extensions?: unknown;
}

/** An operation of a valid document. Equal requests are given the same object, as long as it is remembered. */
export interface Operation {
  document: DocumentNode;
  definition: OperationDefinitionNode;
  /** What it is counted as: its root field, or `several`. */
  label: string;
  /** Variables that only say from where on a client wants to hear, and change nothing of what it hears. */
  cursorVariables: ReadonlySet<string>;
}

export interface Language {
  parse: (source: string) => DocumentNode;
  validate: (document: DocumentNode) => readonly GraphQLError[];
}

export interface Operations {
  /** The operation that a request names, or what is wrong with its document. */
  find: (request: RequestWithQuery) => Operation | readonly GraphQLError[];
}

/** A request of which the document is known. */
type RequestWithQuery = { query: string; operationName?: string | null | undefined };

/** Operations by their text: each document is parsed and validated once, as long as it is remembered. */
export function createOperationCache({ parse, validate }: Language): Operations {
  type Known = { document: DocumentNode; byName: Map<string, Operation> };
  const documents = new LRUCache<string, Known>({
    max: maxDocuments,
    maxSize: maxCharacters,
    sizeCalculation: (_known, query) => query.length + 1,
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

  function read(query: string): Known | readonly GraphQLError[] {
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

/** In the words of Yoga. */
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
    // Yoga gives these only to what it answers by itself.
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

/** The root field of a valid operation, so that there are no more labels than the schema has fields; or `several`. */
function toOperationLabel({ selectionSet }: OperationDefinitionNode): string {
  const [first, ...others] = selectionSet.selections;
  return first?.kind === Kind.FIELD && others.length === 0 ? first.name.value : 'several';
}

/** Variables that are used as the argument `after` of the root fields, and nowhere else. */
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
