import { testSubjects } from '../subjects/index.ts';
import type { FakeCall, FakeHandler, FakeLine } from './send-answer.ts';

/** Those of FOVEA's service. */
export const endpoints = testSubjects.flatMap(({ job }) => job?.endpoint ?? []);

/** What the service says to this call, where a test has not set something else. */
export function defaultAnswer(path: string, { body }: Pick<FakeCall, 'body'>): { json: object } {
  const endpoint = endpoints.find((it) => it.path === path);
  if (!endpoint) throw new Error(`no endpoint ${path}`);
  return { json: endpoint.answer(body) };
}

/** For `answer`: lines, the last of which is the result that the service gives as usual. */
export function streamAnswer(path: string, lines: FakeLine[]): FakeHandler {
  return (call) => ({ lines: [...lines, { result: defaultAnswer(path, call).json }] });
}
