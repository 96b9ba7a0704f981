import type { Selectable } from 'kysely';
import type { CreatedAt } from '../../db/columns.ts';

interface PersonaTable {
  id: string;
  owner: string;
  name: string;
  role: string;
  informationNeed: string;
  key: Uint8Array | null;
  createdAt: CreatedAt;
}

declare module '../../db/tables.ts' {
  interface Tables {
    persona: PersonaTable;
  }
}

export type Persona = Selectable<PersonaTable>;
