import type { Readable } from 'node:stream';
import { request } from 'undici';
import type { Answer } from './find-fault.ts';
import type { Target } from './target.ts';

/** How long it is listened to a stream that does not end. */
const listensMs = 10;

/** Posts to GraphQL over a connection that is kept; of a stream, takes what comes at once. */
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
  const said = isStream ? await readBeginning(answer.body) : await answer.body.text();
  return { status: answer.statusCode, text: `${JSON.stringify(answer.headers)}\n${said}` };
}

/** Until something has been said, and a moment more; then it goes away. */
async function readBeginning(body: Readable): Promise<string> {
  let text = '';
  body.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  body.on('error', () => undefined); // it is we who leave
  const ended = new Promise((resolve) => body.once('close', resolve));
  const timer = setTimeout(() => body.destroy(), listensMs);
  await ended;
  clearTimeout(timer);
  return text;
}

/** Counts what a mutation made, by its answer. */
export function countMade({ made }: Target, { text }: Answer): void {
  if (!text.includes('"created":true')) return;
  if (text.includes('"__typename":"RegisterVideoPayload"')) made.video += 1;
  else if (text.includes('"__typename":"CreatePersonaPayload"')) made.persona += 1;
  else made.job += text.includes('"__typename":"AnalyzeVideoPayload"') ? 3 : 1;
}
