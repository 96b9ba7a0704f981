import { byKey } from '../../graphql/batch-loaders.ts';
import { builder } from '../../graphql/builder.ts';
import { defineLoader } from '../../graphql/loaders.ts';
import { listPersonasById } from './queries.ts';
import type { Persona } from './table.ts';

export const PersonaRef = builder.objectRef<Persona>('Persona');

export const personaById = defineLoader((db, viewer) =>
  byKey(
    (ids) => listPersonasById(db, viewer, ids),
    (persona) => persona.id,
  ),
);
