import { useEffect, useRef, useState } from 'react';
import type { Issue } from './read-form.ts';

/** Why the server did not do it; what there is besides depends on its type. */
export interface Refused {
  readonly __typename: string;
  readonly message: string;
  readonly issues?: readonly { readonly path: readonly string[]; readonly message: string }[];
  readonly path?: readonly string[];
  readonly retryAfterMs?: number;
  readonly existingJobId?: string;
}

export interface Submission<Input> {
  isBusy: boolean;
  issues: readonly Issue[];
  /** Of the whole: what the server said, or why there is no answer. */
  refused: (Omit<Refused, 'issues'> & { count: number }) | undefined;
  /** Sends the input, or shows what is wrong with it, and goes to the first field that is not right. */
  submit: (input: Input, issues: readonly Issue[], form: HTMLElement) => void;
}

/** What a form does once it is sent: waits, leaves the page, or shows why not. `send` says why not. */
export function useSubmission<Input>(
  send: (input: Input) => Promise<Refused | undefined>,
): Submission<Input> {
  const [state, setState] = useState<Omit<Submission<Input>, 'submit'>>({
    isBusy: false,
    issues: [],
    refused: undefined,
  });
  const form = useRef<HTMLElement>(null);
  /** Of answers that refuse. */
  const count = useRef(0);
  const { issues } = state;
  useEffect(() => {
    if (issues.length > 0) form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
  }, [issues]);

  async function submit(input: Input, found: readonly Issue[], element: HTMLElement) {
    form.current = element;
    if (state.isBusy) return;
    if (found.length > 0) return setState({ isBusy: false, issues: found, refused: undefined });
    setState({ isBusy: true, issues: [], refused: undefined });
    const refused = await send(input).catch((error: Error): Refused => ({
      __typename: error.name,
      message: error.message,
    }));
    setState({
      isBusy: false,
      issues: refused ? listIssues(refused) : [],
      refused: refused && { ...refused, count: (count.current += 1) },
    });
  }
  return {
    ...state,
    submit: (...given) => void submit(...given),
  };
}

/** Where the server's issues are among the fields: without the names of the argument and of the place in a batch. */
function listIssues({ issues, path, message }: Refused): Issue[] {
  const all = issues ?? (path ? [{ path, message }] : []);
  return all.map((issue) => ({ path: toFieldPath(issue.path), message: issue.message }));
}

function toFieldPath(path: readonly string[]): string {
  const text = path.join('.');
  return text.replace(/^input\.jobs\.\d+\.\w+\./, '').replace(/^input\./, '');
}
