/** The `errors` of a mutation whose result is a union: its payload, or one of these errors as data. */
export function payload<Types extends readonly unknown[]>(
  name: `${string}Result`,
  description: string,
  types: [...Types],
) {
  return { types, directResult: true as const, union: { name, description } };
}
