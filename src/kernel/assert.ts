/** Throws when an invariant is broken; the message names the invariant, never a value. */
export function assert(truth: unknown, invariant: string): asserts truth {
  if (!truth) throw new Error(`Invariant broken: ${invariant}`);
}

/** The end of a switch over a union: the type checker proves that it is never reached. */
export function unreachable(value: never): never {
  throw new Error(`Invariant broken: unexpected variant of type ${typeof value}`);
}
