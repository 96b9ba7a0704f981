/** Marks a string that is to become a number without quotes. */
const raw = '@raw@';

/** Writes JSON, also with numbers that JSON.stringify would change or refuse. */
export function toJson(value: unknown): string {
  const json = JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'number' || typeof item === 'bigint' ? raw + toNumeral(item) : item,
  ) as string | undefined;
  return (json ?? 'null').replaceAll(/"@raw@([^"]*)"/g, '$1');
}

/** Writes a value as a literal of a GraphQL document, which is invalid if the value has no literal. */
export function toLiteral(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number' || typeof value === 'bigint') return toNumeral(value);
  if (Array.isArray(value)) return `[${value.map(toLiteral).join(', ')}]`;
  if (value instanceof EnumValue) return value.name;
  if (typeof value !== 'object' || value === null) return String(value);
  const fields = Object.entries(value).map(([name, field]) => `${name}: ${toLiteral(field)}`);
  return `{${fields.join(', ')}}`;
}

/** A string in JSON, and a name without quotes in a document. */
export class EnumValue {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  toJSON(): string {
    return this.name;
  }
}

function toNumeral(value: number | bigint): string {
  if (value === Infinity) return '1e400';
  if (value === -Infinity) return '-1e400';
  return Object.is(value, -0) ? '-0' : String(value);
}
