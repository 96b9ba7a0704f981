import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import process from 'node:process';

const main = join(import.meta.dirname, '../../src/terminal/main.ts');

export interface TerminalProcess {
  /** What it has written so far. */
  readonly output: string;
  readonly errors: string;
  /** Types, as somebody at a keyboard. */
  type: (text: string) => void;
  /** Closes the pipe that it writes to, as `head` does when it has enough. */
  closeOutput: () => void;
  /** The exit code, at its end. */
  ended: Promise<number>;
}

/** Starts `fovea-jobs` for the server at `appUrl`: in a pipe, or on a terminal of 160 columns. */
export function startTerminal(
  appUrl: string,
  args: readonly string[],
  { isTTY = false }: { isTTY?: boolean } = {},
): TerminalProcess {
  const command = [main, ...args, '--url', `${appUrl}/graphql`];
  const quoted = [process.execPath, ...command].map((text) => `'${text}'`).join(' ');
  const script = ['-qefc', `stty cols 160 rows 40; exec ${quoted}`, '/dev/null'];
  const child = isTTY ? spawn('script', script) : spawn(process.execPath, command);
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  return {
    get output() {
      return output;
    },
    get errors() {
      return errors;
    },
    type: (text) => child.stdin.write(text),
    closeOutput: () => child.stdout.destroy(),
    ended: once(child, 'close').then(([code]) => code as number),
  };
}
