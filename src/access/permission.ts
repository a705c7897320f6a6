import type { PurposeKind, Role } from '../kernel/actor.ts';

/**
 * The rule of a command or a protected read. Modules declare one permission for each. Together with
 * row ownership they are the whole of authorization, and `decide.ts` is the only reader (ruling
 * 12).
 */
export interface Rule {
  /** Staff roles that may; one of them is enough. Absent: staff may not. */
  readonly staff?: readonly Role[];
  /** A family may, on its own enquiry only. */
  readonly family?: true;
  /** A visitor who is not signed in may. */
  readonly door?: true;
  /** The system may, by a job or a timetable; it needs no purpose. */
  readonly system?: true;
  /** Purposes that serve this permission; any other is refused. */
  readonly purposes: readonly PurposeKind[];
  /** A passkey at most ten minutes old is required (R-15). */
  readonly fresh?: true;
  /** The actor must not be a person who did the first half (R-26). */
  readonly second?: true;
  /**
   * Sealed fields that the broker opens for this permission, as `table.column`; absent: none.
   * Without it, a compromised web process could open anything under any permission (S-06, S-14).
   */
  readonly opens?: readonly string[];
  /** Other broker work for this permission. */
  readonly broker?: readonly BrokerWork[];
}

/** Broker work other than opening named fields. */
export type BrokerWork = 'mask' | 'search' | 'adopt_intake';

declare const declared: unique symbol;

/**
 * A rule with its name. Only `definePermissions` makes one, so an undeclared name does not compile.
 */
export interface Permission extends Rule {
  /** As the audit log and the broker know it: `kin.choose_primary`. */
  readonly name: string;
  /** The part before the dot: the topic under which a change is announced. */
  readonly area: string;
  readonly [declared]: true;
}

export type Permissions = Readonly<Record<string, Permission>>;

/** Declares the permissions of one area; `choosePrimary` of `kin` is named `kin.choose_primary`. */
export function definePermissions<const Key extends string>(
  area: string,
  rules: Readonly<Record<Key, Rule>>,
): Readonly<Record<Key, Permission>> {
  const named = Object.entries<Rule>(rules).map(([key, rule]) => {
    const name = `${area}.${key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;
    return [key, { ...rule, name, area }];
  });
  return Object.fromEntries(named) as Record<Key, Permission>; // The same keys; the brand does not exist at run time.
}

/**
 * The same permissions by name, as the log and the broker look them up. Throws on a duplicate name.
 */
export function permissionsByName(groups: readonly Permissions[]): ReadonlyMap<string, Permission> {
  const byName = new Map<string, Permission>();
  for (const permission of groups.flatMap((group) => Object.values(group))) {
    if (byName.has(permission.name)) throw new Error(`permission ${permission.name} twice`);
    byName.set(permission.name, permission);
  }
  return byName;
}
