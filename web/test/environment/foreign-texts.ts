import { globSync, readFileSync } from 'node:fs';
import { parseSync } from 'vite';
import type { Page } from 'playwright-core';

interface Node {
  type: string;
  value?: unknown;
  quasis?: { value: { cooked: string } }[];
}

/** The texts of a file, and of those with values in them what is between the values. */
function listTexts(file: string): string[] {
  const found: string[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const { type, value, quasis } = node as Node;
    if (type === 'ImportDeclaration' || type === 'TSLiteralType') return;
    if (type === 'Literal' && typeof value === 'string') found.push(value);
    for (const { value: part } of quasis ?? []) found.push(part.cooked);
    for (const child of Object.values(node)) visit(child);
  };
  visit(parseSync(file, readFileSync(file, 'utf8')).program);
  return found.map((text) => text.trim());
}

const list = (pattern: string) => globSync(pattern).flatMap(listTexts);

/** What the console says in English and not so in Arabic, with the descriptions of fields; a code of two letters is no text. */
export function listEnglish(): string[] {
  const same = new Set(list('web/src/messages/ar/*.ts'));
  const described = list('web/src/api/generated/forms.ts').filter((text) => text.includes(' '));
  const said = list('web/src/messages/en/*.ts').filter((text) => /[a-z]{3,}/i.test(text));
  return [...new Set([...said, ...described])].filter((text) => !same.has(text));
}

/** Which of these texts a page says: several words anywhere, one word where it stands alone. */
export function findTexts(page: Page, texts: readonly string[]): Promise<string[]> {
  return page.evaluate(findIn, [...texts]);
}

/** Runs in the page, and so takes nothing from around it. What is said to be English, as descriptions of the schema, may be. */
function findIn(texts: string[]): string[] {
  const said = [document.title];
  const nodes = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (nodes.nextNode()) {
    const { parentElement, textContent } = nodes.currentNode;
    if (!parentElement?.closest('[lang=en]')) said.push(textContent ?? '');
  }
  for (const element of document.querySelectorAll('*')) {
    for (const name of ['aria-label', 'title', 'placeholder', 'alt', 'aria-valuetext']) {
      said.push(element.getAttribute(name) ?? '');
    }
  }
  const shown = said.map((text) => text.trim()).filter(Boolean);
  const isAlone = new Set(shown);
  return texts.filter((text) =>
    text.includes(' ') ? shown.some((it) => it.includes(text)) : isAlone.has(text),
  );
}
