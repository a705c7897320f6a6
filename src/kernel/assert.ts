/** Stops at once when something that must be true is not; the message names the invariant, never a value. */
export function assert(truth: unknown, invariant: string): asserts truth {
  if (!truth) throw new Error(`Invariant broken: ${invariant}`);
}

/** For the end of a switch over a union: the type checker proves that nothing arrives here. */
export function unreachable(value: never): never {
  throw new Error(`Invariant broken: unexpected variant of type ${typeof value}`);
}
