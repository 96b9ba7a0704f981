import { Kind, OperationTypeNode, valueFromASTUntyped, visit } from 'graphql';
import type {
  ArgumentNode,
  DocumentNode,
  FieldNode,
  OperationDefinitionNode,
  VariableDefinitionNode,
} from 'graphql';
import { isFinal } from '../topics/job.ts';
import type { JobState } from '../generated/types.ts';
import { withFields } from './add-versions.ts';

type Fields = Record<string, unknown>;

interface Rule {
  /** What tells where to go on. */
  cursor: string;
  /** The type of the argument `after`. */
  type: 'Int' | 'String';
  needs: readonly string[];
  /** Whether it begins with all that there is, also after a cursor. */
  isList?: boolean;
  /** Undefined where the value does not tell: then it is over when a second stream ends at the same place. */
  isOver: (value: Fields) => boolean | undefined;
}

/** The subscriptions that go on after what came last. */
const rules: Record<string, Rule> = {
  jobUpdated: {
    cursor: 'version',
    type: 'Int',
    needs: ['id', 'version', 'state'],
    isOver: ({ state }) => isFinal({ state: state as JobState }),
  },
  batchUpdated: {
    cursor: 'version',
    type: 'Int',
    needs: ['id', 'version', 'state'],
    isOver: ({ state }) => state !== 'RUNNING',
  },
  jobLogAdded: { cursor: 'sequence', type: 'Int', needs: ['sequence'], isOver: () => undefined },
  jobsUpdated: {
    cursor: 'cursor',
    type: 'String',
    needs: ['cursor'],
    isList: true,
    isOver: () => false,
  },
};

/** A filter that no job matches: a list of it is one event, which the server sends at once. */
const nothing = { ids: ['00000000-0000-0000-0000-000000000000'] };

/** A subscription of a document that can be resumed. */
export interface Resumable {
  document: DocumentNode;
  /** The variables with which it goes on after an answer. */
  resume: (variables: Fields, data: Fields) => Fields;
  /** Variables with which the server answers at once; undefined if it may have nothing to say. */
  probe: (variables: Fields, data: Fields) => Fields | undefined;
  /** Variables with which a list is empty, and answers at once; undefined for what is no list, or has a filter of several variables. */
  probeEmpty: ((variables: Fields) => Fields) | undefined;
  isOver: (data: Fields) => boolean | undefined;
  /** Whether an answer says nothing that another one has not said: a library may open a stream again by itself, where it began. */
  isOld: (answer: Fields, known: Fields) => boolean;
}

/** How to resume the document's subscription; undefined if it has none that can be. */
export function findResumable(document: DocumentNode): Resumable | undefined {
  const operation = document.definitions.find(
    (it): it is OperationDefinitionNode => it.kind === Kind.OPERATION_DEFINITION,
  );
  if (operation?.operation !== OperationTypeNode.SUBSCRIPTION) return undefined;
  const field = operation.selectionSet.selections[0];
  if (field?.kind !== Kind.FIELD) return undefined;
  const rule = rules[field.name.value];
  if (!rule) return undefined;

  const begun = { operation, field: select(field, rule), first: {} };
  const after = lift(begun, { argument: 'after', type: rule.type, variable: 'resumeAfter' })!;
  const filtered =
    rule.isList && lift(after, { argument: 'filter', type: 'JobFilter', variable: 'resumeFilter' });
  const sent = filtered || after;
  const { name } = after;
  const key = field.alias?.value ?? field.name.value;
  const resume: Resumable['resume'] = (variables, data) => {
    const value = data[key] as Fields | undefined;
    return { ...sent.first, ...variables, ...(value && { [name]: value[rule.cursor] }) };
  };
  return {
    document: replaceField(document, sent.operation, sent.field),
    resume,
    probeEmpty: filtered
      ? (variables) => ({ ...sent.first, ...variables, [name]: null, [filtered.name]: nothing })
      : undefined,
    probe: (variables, data) => {
      const resumed = resume(variables, data);
      const value = data[key] as Fields | undefined;
      // A log may be empty, and where a page itself says what it has there may be nothing newer.
      if (!value) return rule.cursor === 'sequence' || resumed[name] != null ? undefined : resumed;
      const last = value[rule.cursor];
      return typeof last === 'number' ? { ...resumed, [name]: last - 1 } : resumed;
    },
    isOver: (data) => rule.isOver(data[key] as Fields),
    isOld: (answer, known) => {
      const [came, last] = [answer, known].map(
        (it) => (it[key] as Fields | undefined)?.[rule.cursor],
      );
      if (typeof came !== 'number' || typeof last !== 'number') return false;
      // At the same version a job may have another place in the queue.
      return rule.cursor === 'sequence' ? came <= last : came < last;
    },
  };
}

function select(field: FieldNode, { needs }: Rule): FieldNode {
  return { ...field, selectionSet: withFields(field.selectionSet!, needs) };
}

interface Lifted {
  operation: OperationDefinitionNode;
  field: FieldNode;
  /** Of the variables that the document did not have. */
  first: Fields;
  /** Of the variable that an argument is. */
  name: string;
}

/** Makes an argument a variable, unless it is one; undefined if that cannot be, as it has variables inside. */
function lift(
  { operation, field, first }: Omit<Lifted, 'name'>,
  { argument, type, variable }: { argument: string; type: string; variable: string },
): Lifted | undefined {
  const given = field.arguments?.find(({ name }) => name.value === argument);
  if (given?.value.kind === Kind.VARIABLE)
    return { operation, field, first, name: given.value.name.value };
  if (given && hasVariables(given)) return undefined;
  const value = { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: variable } } as const;
  const definition: VariableDefinitionNode = {
    kind: Kind.VARIABLE_DEFINITION,
    variable: value,
    type: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: type } },
  };
  const others = field.arguments?.filter((it) => it !== given) ?? [];
  const lifted: ArgumentNode = {
    kind: Kind.ARGUMENT,
    name: { kind: Kind.NAME, value: argument },
    value,
  };
  return {
    operation: {
      ...operation,
      variableDefinitions: [...(operation.variableDefinitions ?? []), definition],
    },
    field: { ...field, arguments: [...others, lifted] },
    first: { ...first, ...(given && { [variable]: valueFromASTUntyped(given.value) }) },
    name: variable,
  };
}

function hasVariables(argument: ArgumentNode): boolean {
  let found = false;
  visit(argument, { Variable: () => void (found = true) });
  return found;
}

function replaceField(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  field: FieldNode,
): DocumentNode {
  const replaced = {
    ...operation,
    selectionSet: { ...operation.selectionSet, selections: [field] },
  };
  return {
    ...document,
    definitions: document.definitions.map((it) =>
      it.kind === Kind.OPERATION_DEFINITION ? replaced : it,
    ),
  };
}
