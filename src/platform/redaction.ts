/** Replaces secrets in a text: a line of JSON, a message or a stack. */
export type Redact = (text: string) => string;

const mark = '[redacted]';
/** Shorter values occur in so many other words that little would stay readable. */
const minSecretLength = 6;

/**
 * What looks like a credential, whoever it belongs to. No pattern begins inside a word, so that long texts are read once;
 * none matches a quote or a backslash, so that a line of JSON stays valid.
 */
const patterns: readonly [RegExp, string][] = [
  // User and password of a URL.
  [/\/\/[^/\s@"\\]+@/g, `//${mark}@`],
  [/\b(Bearer|Basic)(?: |%20)+[\w.~+/=-]{6,}/gi, `$1 ${mark}`],
  // JSON Web Tokens; tickets are JSON Web Tokens, too.
  [/(?<![\w-])eyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?/g, mark],
  // API keys. Unlike these, names of metrics have only lowercase letters.
  [/(?<![\w-])fovea_(?=[a-z_]*[A-Z\d-])[\w-]{20,}/g, mark],
  // A URL's parameters.
  [/([?&](?:access_token|token|ticket|password|api_?key)=)[^&\s"\\#]+/gi, `$1${mark}`],
];

/** Redacts these values, the passwords in those that are URLs, and whatever looks like a credential. */
export function createRedactor(secrets: readonly string[]): Redact {
  const known = toPattern(secrets);
  return (text) =>
    patterns.reduce(
      (rest, [pattern, replacement]) => rest.replaceAll(pattern, replacement),
      known === undefined ? text : text.replaceAll(known, mark),
    );
}

function toPattern(secrets: readonly string[]): RegExp | undefined {
  const parts = secrets
    .flatMap(listSecretParts)
    .filter((part) => part.length >= minSecretLength)
    .flatMap((part) => [part, JSON.stringify(part).slice(1, -1)]);
  if (parts.length === 0) return undefined;
  // The longest first: a part that matches first would leave the rest of the secret.
  const sorted = [...new Set(parts)].toSorted((a, b) => b.length - a.length);
  return new RegExp(sorted.map(toSource).join('|'), 'g');
}

/** A password of digits must not match inside a number, as the line would no longer be JSON. */
function toSource(part: string): string {
  const source = RegExp.escape(part);
  return /^\d+$/.test(part) ? String.raw`(?<![\d.:,[-])${source}(?![\d.])` : source;
}

/** The secret, and the passwords in it if it is a URL, both as written and decoded. */
function listSecretParts(secret: string): string[] {
  if (!URL.canParse(secret)) return [secret];
  const { password, searchParams } = new URL(secret);
  return [secret, password, decode(password), searchParams.get('password') ?? ''];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
