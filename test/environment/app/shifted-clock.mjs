// Loaded before a program by `node --import`: puts its clock CLOCK_AHEAD_MS ahead.
const aheadMs = Number(process.env.CLOCK_AHEAD_MS);

globalThis.Date = new Proxy(Date, {
  construct: (target, args) =>
    Reflect.construct(target, args.length > 0 ? args : [target.now() + aheadMs]),
  get: (target, key) => (key === 'now' ? () => target.now() + aheadMs : Reflect.get(target, key)),
});
