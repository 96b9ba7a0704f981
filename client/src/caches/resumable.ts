import { Kind, OperationTypeNode } from 'graphql';
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
  jobsUpdated: { cursor: 'cursor', type: 'String', needs: ['cursor'], isOver: () => false },
};

const variableName = 'resumeAfter';

/** A subscription of a document that can be resumed. */
export interface Resumable {
  document: DocumentNode;
  /** The variables with which it goes on after an answer. */
  resume: (variables: Fields, data: Fields) => Fields;
  /** Variables with which the server answers at once; undefined if it may have nothing to say. */
  probe: (variables: Fields, data: Fields) => Fields | undefined;
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

  const given = field.arguments?.find(({ name }) => name.value === 'after');
  // A variable that the document has is used; a fixed value or none becomes one.
  const isVariable = given?.value.kind === Kind.VARIABLE;
  const name = isVariable ? given.value.name.value : variableName;
  const key = field.alias?.value ?? field.name.value;
  const first: Fields = isVariable || !given ? {} : { [variableName]: toValue(given) };
  const resume: Resumable['resume'] = (variables, data) => {
    const value = data[key] as Fields | undefined;
    return { ...first, ...variables, ...(value && { [name]: value[rule.cursor] }) };
  };
  return {
    document: isVariable
      ? replaceField(document, operation, select(field, rule))
      : replaceField(document, addVariable(operation, rule), select(withArgument(field), rule)),
    resume,
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

function toValue({ value }: ArgumentNode): unknown {
  if (value.kind === Kind.INT) return Number(value.value);
  return value.kind === Kind.STRING ? value.value : null;
}

function select(field: FieldNode, { needs }: Rule): FieldNode {
  return { ...field, selectionSet: withFields(field.selectionSet!, needs) };
}

function withArgument(field: FieldNode): FieldNode {
  const others = field.arguments?.filter(({ name }) => name.value !== 'after') ?? [];
  const after: ArgumentNode = {
    kind: Kind.ARGUMENT,
    name: { kind: Kind.NAME, value: 'after' },
    value: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: variableName } },
  };
  return { ...field, arguments: [...others, after] };
}

function addVariable(operation: OperationDefinitionNode, { type }: Rule): OperationDefinitionNode {
  const definition: VariableDefinitionNode = {
    kind: Kind.VARIABLE_DEFINITION,
    variable: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: variableName } },
    type: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: type } },
  };
  return {
    ...operation,
    variableDefinitions: [...(operation.variableDefinitions ?? []), definition],
  };
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
