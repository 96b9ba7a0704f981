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
    ],
  },
};
