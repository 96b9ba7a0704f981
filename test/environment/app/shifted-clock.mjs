// Loaded before a program (`node --import`), sets its clock wrong by CLOCK_AHEAD_MS. Time passes as fast as elsewhere.
const aheadMs = Number(process.env.CLOCK_AHEAD_MS);

globalThis.Date = new Proxy(Date, {
  construct: (target, args) =>
    Reflect.construct(target, args.length > 0 ? args : [target.now() + aheadMs]),
  get: (target, key) => (key === 'now' ? () => target.now() + aheadMs : Reflect.get(target, key)),
});
