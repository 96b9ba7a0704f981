import { z } from 'zod';
import { findPersona, insertPersona, listPersonas, listPersonasById } from './queries.ts';
import type { Persona } from './table.ts';
import { RateLimitedError, ValidationError } from '../../errors.ts';
import { text } from '../../jobs/input-fields.ts';
import { byKey } from '../../graphql/batch-loaders.ts';
import { builder } from '../../graphql/builder.ts';
import { defineLoader } from '../../graphql/loaders.ts';
import { parseArgument } from '../../graphql/input.ts';
import { payload } from '../../graphql/errors.ts';

const newPersonaSchema = z.object({
  name: text(200),
  role: text(200),
  informationNeed: text(4_000),
});

export const PersonaRef = builder.objectRef<Persona>('Persona').implement({
  description: 'A reader whom videos are summarized for.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Never changes.' }),
    name: t.exposeString('name', { description: 'Its name.' }),
    role: t.exposeString('role', { description: 'Its role, such as “Sports Analyst”.' }),
    informationNeed: t.exposeString('informationNeed', {
      description: 'What it wants to know. This decides what a summary contains.',
    }),
  }),
});

export const personaById = defineLoader((db, viewer) =>
  byKey(
    (ids) => listPersonasById(db, viewer, ids),
    (persona) => persona.id,
  ),
);

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
      'Creates a persona. If the viewer has one with exactly the same texts, that one is returned.',
      'RateLimitedError: the viewer has the maximum number of videos and personas.',
    ].join('\n'),
    errors: payload('CreatePersonaResult', 'The persona, or why it was not created.', [
      ValidationError,
      RateLimitedError,
    ]),
    args: {
      input: t.arg({ type: CreatePersonaInputRef, required: true, description: 'The persona.' }),
    },
    resolve: async (_root, args, { db, viewer, newId, limits }) => {
      const persona = parseArgument('input', newPersonaSchema, args.input);
      return db.transaction().execute(async (trx) => {
        const inserted = await insertPersona(trx, viewer.owner, { id: newId(), ...persona });
        if (inserted.created) await limits.subjects.check(trx, viewer.owner);
        return inserted;
      });
    },
  }),
);
