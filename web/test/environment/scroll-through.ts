export interface Scrolled {
  /** Of the jobs in the order in which they came on the screen. */
  ids: string[];
  /** That were in the page at one time. */
  mostRows: number;
}

/** Scrolls by most of a screen at a time until so many jobs were seen. Runs in the page, and so takes nothing from around it. */
export async function scrollThrough(count: number): Promise<Scrolled> {
  const ids: string[] = [];
  const known = new Set<string>();
  let mostRows = 0;
  const nextFrame = () => new Promise(requestAnimationFrame);

  function look(): void {
    const rows = document.querySelectorAll<HTMLElement>('[data-id]');
    mostRows = Math.max(mostRows, rows.length);
    for (const row of rows) {
      const { top, bottom } = row.getBoundingClientRect();
      const id = row.dataset['id']!;
      if (bottom <= 0 || top >= innerHeight || known.has(id)) continue;
      known.add(id);
      ids.push(id);
    }
  }

  for (look(); ids.length < count; look()) {
    scrollBy(0, innerHeight * 0.8);
    // The first renders what has come on the screen, and the second comes after that.
    await nextFrame();
    await nextFrame();
  }
  return { ids: ids.slice(0, count), mostRows };
}
