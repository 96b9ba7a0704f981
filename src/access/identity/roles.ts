/** The role that a claim gives: `operator` if it is among its values, a list or words between spaces; else `user`. */
export function readRole(claims: object, claim: string): 'user' | 'operator' {
  const value = findClaim(claims, claim);
  const roles = typeof value === 'string' ? value.split(/\s+/) : value;
  return Array.isArray(roles) && roles.includes('operator') ? 'operator' : 'user';
}

/** A claim's name may be an address, with dots of its own; only then are dots steps. */
function findClaim(claims: object, name: string): unknown {
  if (Object.hasOwn(claims, name)) return get(claims, name);
  return name.split('.').reduce<unknown>(get, claims);
}

/** Only what the token says itself: `constructor` is no claim. */
function get(from: unknown, key: string): unknown {
  if (typeof from !== 'object' || from === null || !Object.hasOwn(from, key)) return undefined;
  return (from as Record<string, unknown>)[key];
}
