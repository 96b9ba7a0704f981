const storageKey = 'fovea-jobs.reloadedAt';
/** Not more often, in ms: behind one address, an old and a new server may take turns during a deployment. */
const atMostEveryMs = 60_000;

/** Whether the server has another console than this page by now. False if it cannot be reached. */
async function isReplaced(): Promise<boolean> {
  try {
    const response = await fetch(location.href, { cache: 'no-store' });
    const { src } = document.querySelector<HTMLScriptElement>('script[type=module]')!;
    // Its name has the hash of its content.
    const own = src.slice(src.lastIndexOf('/') + 1);
    return response.ok && !(await response.text()).includes(own);
  } catch {
    return false;
  }
}

/** Loads a part of the console. A part that is gone since a deployment is had by loading the page anew, once. */
export async function loadPart<Part>(load: () => Promise<Part>): Promise<Part> {
  try {
    return await load();
  } catch (error) {
    const last = Number(sessionStorage.getItem(storageKey) ?? 0);
    if (Date.now() - last < atMostEveryMs || !(await isReplaced())) throw error;
    sessionStorage.setItem(storageKey, String(Date.now()));
    location.reload();
    return new Promise(() => undefined); // the page is going
  }
}
