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

export const port = z.coerce.number().int().min(0).max(65_535);
export const count = z.coerce.number().int().min(1).max(1_000_000);
export const milliseconds = z.coerce
  .number<string>()
  .int()
  .min(0)
  .max(7 * 24 * 3_600_000);
/** 0 is for ever: null. */
export const days = z.coerce
  .number<string>()
  .int()
  .min(0)
  .max(36_500)
  .transform((number) => (number === 0 ? null : number));
export const flag = z
  .enum(['true', 'false', '1', '0'])
  .transform((text) => text === 'true' || text === '1');
export const address = (protocols: RegExp) => z.url({ protocol: protocols });
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
