/** Takes what must not be shown out of a text, be it a line of JSON, a message or a stack. */
export type Redact = (text: string) => string;

const mark = '[redacted]';
/** Shorter ones are part of so much else that little would stay readable. */
const shortestSecret = 6;

/**
 * What looks like a credential, whoever it belongs to. Each begins where no word goes on, so that a long text is read
 * once; none takes a quote or a backslash, so that a line of JSON stays one.
 */
const shapes: readonly [RegExp, string][] = [
  // User and password of a URL.
  [/\/\/[^/\s@"\\]+@/g, `//${mark}@`],
  [/\b(Bearer|Basic)(?: |%20)+[\w.~+/=-]{6,}/gi, `$1 ${mark}`],
  // JSON Web Tokens, and tickets, which are such.
  [/(?<![\w-])eyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?/g, mark],
  // API keys. Names of metrics are in small letters only.
  [/(?<![\w-])fovea_(?=[a-z_]*[A-Z\d-])[\w-]{20,}/g, mark],
  // A URL's parameters.
  [/([?&](?:access_token|token|ticket|password|api_?key)=)[^&\s"\\#]+/gi, `$1${mark}`],
];

/** Knows these values, what is secret in them where they are URLs, and what looks like a credential. */
export function createRedactor(secrets: readonly string[]): Redact {
  const known = toPattern(secrets);
  return (text) => {
    const cleaned = known === undefined ? text : text.replaceAll(known, mark);
    return shapes.reduce(
      (rest, [shape, replacement]) => rest.replaceAll(shape, replacement),
      cleaned,
    );
  };
}

function toPattern(secrets: readonly string[]): RegExp | undefined {
  const parts = secrets
    .flatMap(takeApart)
    .filter((part) => part.length >= shortestSecret)
    .flatMap((part) => [part, JSON.stringify(part).slice(1, -1)]);
  if (parts.length === 0) return undefined;
  // The longest first: a part would leave the rest of the whole.
  const sorted = [...new Set(parts)].toSorted((a, b) => b.length - a.length);
  return new RegExp(sorted.map(toSource).join('|'), 'g');
}

/** A password of digits may be part of a number, which in JSON has to stay one. */
function toSource(part: string): string {
  const source = RegExp.escape(part);
  return /^\d+$/.test(part) ? String.raw`(?<![\d.:,[-])${source}(?![\d.])` : source;
}

/** Of a URL, also the password alone, as it is written and as it is meant. */
function takeApart(secret: string): string[] {
  if (!URL.canParse(secret)) {
    // Of several hosts it is none for Node.
    const [, password = ''] = /^[a-z][\w+.-]*:\/\/[^:@/]*:(.+)@/is.exec(secret) ?? [];
    return [secret, password, decode(password)];
  }
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
