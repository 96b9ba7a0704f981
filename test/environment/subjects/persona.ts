import { failure } from './test-subject.ts';
import type { TestSubject } from './test-subject.ts';

const personaFields = 'id name role informationNeed';

export const persona: TestSubject = {
  actions: {
    persona: [
      {
        circle: 'viewers',
        selection: personaFields,
        variables: ({ personaId }) => ({ id: personaId }),
      },
    ],
    personas: [{ circle: 'viewers', selection: personaFields }],
    createPersona: [
      {
        circle: 'everybody',
        selection: `${failure} ... on CreatePersonaPayload { persona { name } }`,
        variables: () => ({ input: { name: 'Me', role: 'I', informationNeed: 'Mine' } }),
        shows: 'CreatePersonaPayload',
      },
      {
        circle: 'everybody',
        selection: `${failure} ... on CreatePersonaPayload { persona { name } }`,
        variables: ({ personaId }) => ({
          input: { id: personaId, name: 'Me', role: 'I', informationNeed: 'Mine' },
        }),
        shows: 'createPersona',
      },
    ],
    updatePersona: [
      {
        circle: 'viewers',
        selection: `${failure} ... on UpdatePersonaPayload { persona { ${personaFields} } }`,
        variables: ({ personaId }) => ({ id: personaId, input: { name: 'Changed' } }),
      },
    ],
    deletePersona: [
      {
        circle: 'viewers',
        selection: `${failure} ... on DeletePersonaPayload { id results { type count } }`,
        variables: ({ personaId }) => ({ id: personaId }),
      },
    ],
  },
};
