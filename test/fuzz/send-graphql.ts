import type { Readable } from 'node:stream';
import { request } from 'undici';
import type { Answer } from './find-fault.ts';
import type { Target } from './target.ts';

/** How long a stream that does not end is read. */
const readStreamMs = 10;

/** Posts to GraphQL over a kept connection; of a stream, reads only the start. */
export async function postGraphQL(
  { url, agent, headers: ours }: Target,
  body: string | Buffer,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const answer = await request(`${url}/graphql`, {
    method: 'POST',
    dispatcher: agent,
    headers: { 'content-type': 'application/json', ...ours, ...headers },
    body,
  });
  const type = String(answer.headers['content-type']);
  const isStream = /event-stream|multipart/.test(type);
  const text = isStream ? await readStart(answer.body) : await answer.body.text();
  return { status: answer.statusCode, text: `${JSON.stringify(answer.headers)}\n${text}` };
}

/** Reads for `readStreamMs`, and disconnects. */
async function readStart(body: Readable): Promise<string> {
  let text = '';
  body.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  body.on('error', () => undefined); // we disconnect
  const ended = new Promise((resolve) => body.once('close', resolve));
  const timer = setTimeout(() => body.destroy(), readStreamMs);
  await ended;
  clearTimeout(timer);
  return text;
}

/** Counts what a mutation has created or deleted, according to its answer. */
export function countCreated({ created }: Target, { text }: Answer): void {
  if (text.includes('"__typename":"DeleteVideoPayload"')) created.video -= 1;
  if (text.includes('"__typename":"DeletePersonaPayload"')) created.persona -= 1;
  if (!text.includes('"created":true')) return;
  if (text.includes('"__typename":"RegisterVideoPayload"')) created.video += 1;
  else if (text.includes('"__typename":"CreatePersonaPayload"')) created.persona += 1;
  else if (!text.includes('"__typename":"AnalyzeVideoPayload"')) created.job += 1;
  // The jobs of the pipeline, which it shows.
  else created.job += text.match(/"__typename":"\w+Job"/g)!.length;
}
