import { z } from 'zod';

/** One environment variable: how it is read, and what docs/configuration.md says about it. */
export interface Variable<Value> {
  name: string;
  schema: z.ZodType<Value>;
  /** The value when it is not set. */
  fallback: Value;
  /** The default in words, if the value is not enough. */
  defaultText?: string;
  help: string;
  /** A URL: an invalid one is shown without its user and password. */
  isAddress?: true;
  /** Never shown; may also be read from the file that `NAME_FILE` names. */
  isSecret?: true;
  /** Not secret, but usually read from the file that `NAME_FILE` names. */
  inFile?: true;
}

/** The values of a set of variables. */
export type Values<Variables> = {
  [Key in keyof Variables]: Variables[Key] extends Variable<infer Value> ? Value : never;
};

export function variable<Value>(description: Variable<Value>): Variable<Value> {
  return description;
}

export function isReadFromFile({
  isSecret,
  inFile,
}: Pick<Variable<unknown>, 'isSecret' | 'inFile'>) {
  return isSecret === true || inFile === true;
}

export function wholeNumber(min: number, max: number) {
  const error = `it must be a whole number from ${min} to ${max}`;
  return z.coerce.number<string>({ error }).int({ error }).min(min, { error }).max(max, { error });
}

const maxMilliseconds = 7 * 24 * 3_600_000;

export const port = wholeNumber(0, 65_535);
export const count = wholeNumber(1, 1_000_000);
export const milliseconds = wholeNumber(0, maxMilliseconds);
export const millisecondsFrom = (min: number) => wholeNumber(min, maxMilliseconds);
/** 0 means forever: null. */
export const days = wholeNumber(0, 36_500).transform((number) => (number === 0 ? null : number));
export const flag = z
  .enum(['true', 'false', '1', '0'])
  .transform((text) => text === 'true' || text === '1');
/** Items separated by commas. */
export function list(item: z.ZodType<string, string>): z.ZodType<string[], string> {
  return z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .pipe(z.array(item));
}

/** A variable for the certificates that verify a server; null: those that Node.js trusts. */
export function certificates(name: string, server: string): Variable<string | null> {
  return {
    name,
    schema: z
      .string()
      .regex(
        /-----BEGIN (TRUSTED )?CERTIFICATE-----/,
        'it must be a certificate in PEM ("-----BEGIN CERTIFICATE-----")',
      ),
    fallback: null,
    defaultText: 'those of Node.js',
    help: `Certificates in PEM that verify ${server}; usually from a file: \`${name}_FILE\`.`,
    inFile: true,
  };
}
