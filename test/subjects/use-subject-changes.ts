import { useTestApp } from '../environment/app/use-test-app.ts';
import { createSubjects } from '../environment/jobs/jobs.ts';
import type { Subjects } from '../environment/jobs/jobs.ts';

export const outcome =
  '__typename ... on Error { message } ... on ValidationError { issues { path message } }';
const deletion = (verb: string) =>
  `__typename ... on Error { message } ... on ${verb}Payload { id results { type count } }`;

/** An app for the tests of a file, and what changes and reads its videos and personas. */
export function useSubjectChanges() {
  const { app, model } = useTestApp('external');
  let count = 0;

  /** A video and a persona that no other test has. */
  async function createNew(): Promise<Subjects> {
    count += 1;
    const name = `Analyst ${count}`;
    return createSubjects(app.graphql, { path: `video-${count}.mp4` }, { name });
  }

  async function change(mutation: string, id: string, input?: object): Promise<any> {
    const verb = mutation[0]!.toUpperCase() + mutation.slice(1);
    const fields = 'id title path width height durationSeconds frameRate';
    const selection = mutation.startsWith('delete')
      ? deletion(verb)
      : `${outcome} ... on ${verb}Payload { ${mutation === 'updateVideo' ? `video { ${fields} }` : 'persona { id name role informationNeed }'} }`;
    const [declared, passed] = input ? [`, $input: ${verb}Input!`, ', input: $input'] : ['', ''];
    const document = `mutation ($id: ID!${declared}) { ${mutation}(id: $id${passed}) { ${selection} } }`;
    return (await app.graphql.request(document, { id, input }))[mutation];
  }

  const readNodes = async (...ids: string[]) => {
    const { nodes } = await app.graphql.request(
      'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }',
      {
        ids,
      },
    );
    return nodes.map((node: { id: string } | null) => node?.id ?? null);
  };

  return { app, model, createNew, change, readNodes, countNew: () => count };
}
