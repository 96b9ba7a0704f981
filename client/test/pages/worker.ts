// What a worker of the page watches.
const states = new BroadcastChannel('states');
const root = document.querySelector('#root')!;
root.setAttribute('aria-label', 'states');
states.addEventListener('message', ({ data }) => root.append(`${data as string} `));
const name = new URLSearchParams(location.search).get('job')!;
void new Worker(new URL('./watching-worker.ts', import.meta.url), { type: 'module', name });
