import { z } from 'zod';

/** One environment variable: how it is read, and what docs/configuration.md says of it. */
export interface Variable<Value> {
  name: string;
  schema: z.ZodType<Value>;
  /** The value when it is not set. */
  fallback: Value;
  /** The default in words, where the value itself does not say it. */
  defaultText?: string;
  help: string;
  /** A URL: a wrong one is shown without its user and password. */
  isAddress?: true;
  /** Never shown; may also be read from the file that `NAME_FILE` names. */
  isSecret?: true;
  /** No secret, and yet mostly read from the file that `NAME_FILE` names. */
  inFile?: true;
}

export function variable<Value>(description: Variable<Value>): Variable<Value> {
  return description;
}

export function isReadFromFile({
  isSecret,
  inFile,
}: Pick<Variable<unknown>, 'isSecret' | 'inFile'>) {
  return isSecret === true || inFile === true;
}

/** A number that is written in digits. */
export function wholeNumber(min: number, max: number) {
  const error = `it must be a whole number from ${min} to ${max}`;
  return z.coerce.number<string>({ error }).int({ error }).min(min, { error }).max(max, { error });
}

const maxMilliseconds = 7 * 24 * 3_600_000;

export const port = wholeNumber(0, 65_535);
export const count = wholeNumber(1, 1_000_000);
export const milliseconds = wholeNumber(0, maxMilliseconds);
/** Where less would do harm. */
export const millisecondsFrom = (min: number) => wholeNumber(min, maxMilliseconds);
/** 0 is for ever: null. */
export const days = wholeNumber(0, 36_500).transform((number) => (number === 0 ? null : number));
export const flag = z
  .enum(['true', 'false', '1', '0'])
  .transform((text) => text === 'true' || text === '1');
/** `host` or `host:port`, separated by commas; the host as a URL would have it, and without a dot at its end. */
export const hosts = z.string().transform((text, context): readonly string[] => {
  const given = text
    .split(',')
    .map((host) => host.trim())
    .filter((host) => host !== '');
  return given.flatMap((host) => {
    const isHost = /^[^/\\?#@\s]+$/.test(host) && URL.canParse(`http://${host}`);
    if (!isHost) {
      context.addIssue(
        `${host} is not a host or host:port; write them as media.example.org,10.0.0.7:8080`,
      );
    }
    return isHost ? [normalizeHost(host)] : [];
  });
});

/** A URL would leave the port out where it is that of http. */
function normalizeHost(host: string): string {
  const port = /:\d+$/.exec(host)?.[0] ?? '';
  return `${new URL(`http://${host}`).hostname.replace(/\.$/, '')}${port}`;
}
