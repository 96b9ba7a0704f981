import type { Page } from 'playwright-core';

/** What is wrong with how a page is laid out at the size that it has: each place, and what is wrong there. */
export function listLayoutFaults(page: Page): Promise<string[]> {
  return page.evaluate(findFaults);
}

/** Runs in the page, and so takes nothing from around it. */
function findFaults(): string[] {
  /** A line of text that is wider is not read, but searched, in em: some 150 characters. */
  const maxLine = 80;
  const controls = 'a[href],button,input,select,textarea,summary,[role=tab],[role=option]';
  const { clientWidth, scrollWidth } = document.documentElement;
  const faults = new Set<string>();
  const isClosed = (element: Element) => !element.checkVisibility({ visibilityProperty: true });
  const name = (element: Element) => {
    const text = element.getAttribute('aria-label') ?? element.textContent?.trim().slice(0, 40);
    return `${element.tagName.toLowerCase()} "${text}"`;
  };

  /** What hides that which reaches beyond it, and offers no way to it. */
  function cuts(box: Element): boolean {
    const { overflowX } = getComputedStyle(box);
    return overflowX === 'hidden' || overflowX === 'clip';
  }

  /** How wide a control may be where it is, or undefined if one can scroll to all of it. */
  function findEdges(element: Element): { left: number; right: number } | undefined {
    for (let box = element.parentElement; box; box = box.parentElement) {
      const { overflowX } = getComputedStyle(box);
      if (overflowX === 'auto' || overflowX === 'scroll') return undefined;
      if (cuts(box)) return box.getBoundingClientRect();
    }
    return { left: 0, right: clientWidth };
  }

  function checkControl(element: HTMLElement): void {
    const rect = element.getBoundingClientRect();
    // For screen readers alone, or shown with the focus.
    if (isClosed(element) || rect.width <= 1 || rect.bottom < -scrollY) return;
    const edges = findEdges(element);
    if (edges && (rect.left < edges.left - 1 || rect.right > edges.right + 1)) {
      faults.add(`cut off: ${name(element)}`);
    }
    const isText = element.matches('button, a, [role=tab]');
    if (isText && cuts(element) && element.scrollWidth > element.clientWidth + 1) {
      const { textOverflow } = getComputedStyle(element);
      if (textOverflow !== 'ellipsis') faults.add(`text cut off: ${name(element)}`);
    }
  }

  function checkText(node: Text): void {
    const parent = node.parentElement!;
    if (
      !node.data.trim() ||
      isClosed(parent) ||
      parent.closest('pre, [role=log], .visually-hidden')
    )
      return;
    const range = document.createRange();
    range.selectNodeContents(node);
    // What is cut with dots may be of any length.
    const room = cuts(parent) ? parent.clientWidth : Infinity;
    const most = maxLine * Number.parseFloat(getComputedStyle(parent).fontSize);
    const lines = [...range.getClientRects()];
    if (lines.some(({ width }) => Math.min(width, room) > most)) {
      faults.add(`too wide: ${name(parent)}`);
    }
  }

  if (scrollWidth > clientWidth) faults.add(`scrolls sideways by ${scrollWidth - clientWidth} px`);
  for (const element of document.querySelectorAll<HTMLElement>(controls)) checkControl(element);
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) checkText(texts.currentNode as Text);
  return [...faults];
}
