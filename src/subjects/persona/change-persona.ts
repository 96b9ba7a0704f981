import { z } from 'zod';
import { ConflictError, NotFoundError, RateLimitedError, ValidationError } from '../../errors.ts';
import { builder } from '../../graphql/builder.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import { deletedResults, deletionRules } from '../../graphql/deleted-results.ts';
import { payload } from '../../graphql/errors.ts';
import { parseArgument } from '../../graphql/input.ts';
import { deleteSubject } from '../delete-subject.ts';
import type { DeletedResults } from '../delete-subject.ts';
import { PersonaRef } from './persona-ref.ts';
import { personaFields } from './persona-fields.ts';
import { findPersona, updatePersona } from './queries.ts';
import type { Persona } from './table.ts';

const changeSchema = z.object(personaFields).partial();

const id = { required: true, description: 'The persona’s id.' } as const;

const UpdatePersonaInputRef = builder.inputType('UpdatePersonaInput', {
  description: 'The input of `updatePersona`. What is absent stays as it is.',
  fields: (t) => ({
    name: t.string({ description: 'Its name, up to 200 characters.' }),
    role: t.string({ description: 'Its role, up to 200 characters.' }),
    informationNeed: t.string({ description: 'What it wants to know, up to 4,000 characters.' }),
  }),
});

const UpdatePersonaPayloadRef = builder
  .objectRef<{ persona: Persona }>('UpdatePersonaPayload')
  .implement({
    description: 'The changed persona.',
    fields: (t) => ({
      persona: t.expose('persona', { type: PersonaRef, description: 'The persona.' }),
    }),
  });

builder.mutationField('updatePersona', (t) =>
  t.field({
    type: UpdatePersonaPayloadRef,
    description: [
      'Changes a persona. Running jobs go on with what they have read; results stay as they are.',
      'ConflictError: another persona of its owner’s has exactly these texts.',
      'RateLimitedError: the texts of its owner’s videos and personas are too long.',
    ].join('\n'),
    errors: payload('UpdatePersonaResult', 'The persona, or why it was not changed.', [
      ValidationError,
      NotFoundError,
      ConflictError,
      RateLimitedError,
    ]),
    args: {
      id: t.arg.id(id),
      input: t.arg({ type: UpdatePersonaInputRef, required: true, description: 'What to change.' }),
    },
    resolve: async (_root, args, context) => {
      const change = parseArgument('input', changeSchema, args.input);
      const { owner, id } = await getPersona(context, args.id);
      const persona = await context.db.transaction().execute(async (trx) => {
        const changed = await updatePersona(trx, id, change);
        if (changed) await context.limits.subjects.check(trx, owner);
        return changed;
      });
      if (!persona) throw new NotFoundError('persona', args.id, ['id']);
      return { persona };
    },
  }),
);

async function getPersona({ db, viewer }: GraphQLContext, given: string): Promise<Persona> {
  const persona = await findPersona(db, viewer, given);
  if (!persona) throw new NotFoundError('persona', given, ['id']);
  return persona;
}

const DeletePersonaPayloadRef = builder
  .objectRef<{ id: string; results: DeletedResults[] }>('DeletePersonaPayload')
  .implement({
    description: 'What was deleted.',
    fields: (t) => ({
      id: t.exposeID('id', { description: 'The id that the persona had.' }),
      results: t.expose('results', deletedResults),
    }),
  });

builder.mutationField('deletePersona', (t) =>
  t.field({
    type: DeletePersonaPayloadRef,
    description: ['Deletes a persona.', ...deletionRules].join('\n'),
    errors: payload('DeletePersonaResult', 'What was deleted, or why nothing was.', [
      NotFoundError,
      ConflictError,
    ]),
    args: { id: t.arg.id(id) },
    resolve: async (_root, args, context) => {
      const { owner, id } = await getPersona(context, args.id);
      const results = await deleteSubject(context.db, { kind: 'persona', owner, id });
      context.logger.info({ personaId: id, results }, 'persona deleted');
      return { id, results };
    },
  }),
);
