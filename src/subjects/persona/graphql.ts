import { validate as isUuid } from 'uuid';
import { z } from 'zod';
import './change-persona.ts';
import { personaById, PersonaRef } from './persona-ref.ts';
import { findPersona, insertPersona, listPersonas } from './queries.ts';
import type { Persona } from './table.ts';
import { ConflictError, RateLimitedError, ValidationError } from '../../errors.ts';
import { ownId } from '../../jobs/input-fields.ts';
import { personaFields } from './persona-fields.ts';
import { builder } from '../../graphql/builder.ts';
import { addNode, NodeRef, tableOf } from '../../graphql/node/node-ref.ts';
import { parseArgument } from '../../graphql/input.ts';
import { payload } from '../../graphql/errors.ts';

const newPersonaSchema = z.object({
  id: ownId('').refine(isUuid, 'Must be a UUID.').optional(),
  ...personaFields,
});

PersonaRef.implement({
  description: 'A reader whom videos are summarized for.',
  interfaces: [NodeRef],
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Never changes.' }),
    name: t.exposeString('name', { description: 'Its name.' }),
    role: t.exposeString('role', { description: 'Its role, such as “Sports Analyst”.' }),
    informationNeed: t.exposeString('informationNeed', {
      description: 'What it wants to know. This decides what a summary contains.',
    }),
  }),
});

addNode({
  name: 'Persona',
  ...tableOf('persona'),
  load: (context, { id }) => personaById(context).load(id),
});

builder.queryField('persona', (t) =>
  t.field({
    type: PersonaRef,
    nullable: true,
    description: 'One persona; null if it does not exist or is not the viewer’s.',
    args: { id: t.arg.id({ required: true, description: 'The persona’s id.' }) },
    resolve: (_root, { id }, { db, viewer }) => findPersona(db, viewer, id),
  }),
);

builder.queryField('personas', (t) =>
  t.field({
    type: [PersonaRef],
    description: 'The viewer’s personas, oldest first.',
    resolve: (_root, _args, { db, viewer }) => listPersonas(db, viewer),
  }),
);

const CreatePersonaInputRef = builder.inputType('CreatePersonaInput', {
  description: 'The input of `createPersona`.',
  fields: (t) => ({
    id: t.id({
      description:
        'Its id in other systems, a UUID; generated if it is absent, or if somebody else has it. A persona that is there already keeps its id.',
    }),
    name: t.string({ required: true, description: 'Its name, up to 200 characters.' }),
    role: t.string({ required: true, description: 'Its role, up to 200 characters.' }),
    informationNeed: t.string({
      required: true,
      description: 'What it wants to know, up to 4,000 characters.',
    }),
  }),
});

const CreatePersonaPayloadRef = builder
  .objectRef<{ persona: Persona; created: boolean }>('CreatePersonaPayload')
  .implement({
    description: 'The persona.',
    fields: (t) => ({
      persona: t.expose('persona', { type: PersonaRef, description: 'The persona.' }),
      created: t.exposeBoolean('created', {
        description: 'False if an earlier call had created it.',
      }),
    }),
  });

builder.mutationField('createPersona', (t) =>
  t.field({
    type: CreatePersonaPayloadRef,
    description: [
      'Creates a persona. If the viewer has one with exactly the same texts, that one is returned. Use the id that is returned.',
      'ConflictError: another persona of the viewer’s has this id.',
      'RateLimitedError: the viewer has the maximum number of videos and personas.',
    ].join('\n'),
    errors: payload('CreatePersonaResult', 'The persona, or why it was not created.', [
      ValidationError,
      ConflictError,
      RateLimitedError,
    ]),
    args: {
      input: t.arg({ type: CreatePersonaInputRef, required: true, description: 'The persona.' }),
    },
    resolve: async (_root, args, { db, viewer, newId, limits }) => {
      const persona = parseArgument('input', newPersonaSchema, args.input);
      return db.transaction().execute(async (trx) => {
        const inserted = await insertPersona(trx, viewer.owner, persona, newId);
        if (inserted.created) await limits.subjects.check(trx, viewer.owner);
        return inserted;
      });
    },
  }),
);
