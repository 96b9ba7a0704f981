import { useEffect, useId, useRef, useState } from 'react';
import { Button } from '../controls/button.tsx';
import { useMessages } from '../messages/messages.tsx';
import { session } from './session.ts';
import styles from './sign-in.module.css';

/** Takes a key or a token, and says if nobody holds it. */
export function TokenForm() {
  const { session: m } = useMessages();
  const [token, setToken] = useState('');
  const [problem, setProblem] = useState<string>();
  const [isAsking, setIsAsking] = useState(false);
  const problemId = useId();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current!.focus(), []);

  async function submit(): Promise<void> {
    setIsAsking(true);
    setProblem(undefined);
    try {
      if (!(await session.signIn(token.trim()))) setProblem(m.refused);
    } catch {
      setProblem(m.unreachable);
    }
    setIsAsking(false);
  }

  return (
    <form
      className={styles.fields}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <label>
        {m.token}
        <input
          type="password"
          autoComplete="current-password"
          required
          ref={input}
          value={token}
          aria-invalid={problem !== undefined}
          aria-describedby={problemId}
          onChange={({ target }) => setToken(target.value)}
        />
      </label>
      <p id={problemId} role="alert">
        {problem}
      </p>
      <Button kind="primary" type="submit" disabled={isAsking}>
        {m.signIn}
      </Button>
    </form>
  );
}
