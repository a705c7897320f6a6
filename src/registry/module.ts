import type { DeskRoute } from '../access/desk-route.ts';
import type { Disclosure } from '../access/disclosure.ts';
import type { Permission, Permissions } from '../access/permission.ts';
import { permissionsByName } from '../access/permission.ts';
import type { DeclaredField } from '../access/sealed-field.ts';
import type { Compartment, Context } from '../audit/context.ts';
import type { JobHandler, TimedJob } from '../jobs/job.ts';
import type { PurposeKind, Role } from '../kernel/actor.ts';

/** Everything that the rest of the system must know about a module. */
export interface Module {
  readonly name: string;
  readonly permissions: readonly Permissions[];
  readonly sealedFields?: readonly DeclaredField[];
  /** Who may learn each datum that the module's sealed fields hold. */
  readonly disclosure?: Disclosure;
  readonly routes?: readonly DeskRoute[];
  readonly jobs?: readonly JobHandler[];
  readonly timedJobs?: readonly TimedJob[];
  /** At the start of a worker, and after its clock was set: resumes unfinished work. */
  readonly resume?: (ctx: Context) => Promise<unknown>;
  /** After the clock was set back: corrects days that were moved too far. */
  readonly afterClockSetBack?: (ctx: Context) => Promise<unknown>;
  readonly eventKinds?: readonly EventKindDeclaration[];
  /** Which lists and pages of the desk a change in each area of permissions touches. */
  readonly live?: Readonly<Record<string, readonly string[]>>;
  readonly roles?: readonly Role[];
  readonly purposes?: readonly PurposeKind[];
  readonly compartments?: readonly Compartment[];
}

/** A kind of event, and how it moves a person's standing. */
export interface EventKindDeclaration {
  readonly kind: string;
  /** The axis that it moves; null for a kind that moves neither. */
  readonly axis: 'custody' | 'life' | null;
  readonly effect: 'capture' | 'evidence' | 'ending' | 'sign' | 'death' | null;
  /** Among evidence or deaths: a higher rank is stronger evidence, not a later time. */
  readonly rank: number;
  /** The person was alive on that day. */
  readonly showsLife: boolean;
}

/** The declarations of all modules, joined and checked. */
export interface Declared {
  readonly permissions: ReadonlyMap<string, Permission>;
  readonly sealedFields: ReadonlyMap<string, DeclaredField>;
  readonly disclosure: Disclosure;
  readonly routes: readonly DeskRoute[];
  readonly jobs: readonly JobHandler[];
  readonly timedJobs: readonly TimedJob[];
  readonly resumes: readonly ((ctx: Context) => Promise<unknown>)[];
  readonly afterClockSetBack: readonly ((ctx: Context) => Promise<unknown>)[];
  readonly eventKinds: ReadonlyMap<string, EventKindDeclaration>;
  readonly live: Readonly<Record<string, readonly string[]>>;
  readonly roles: ReadonlySet<string>;
  readonly purposes: ReadonlySet<string>;
}

/**
 * Joins the declarations of the modules. Throws an error that names anything declared twice, and
 * anything used but not declared: then no process starts.
 */
export function collect(modules: readonly Module[]): Declared {
  const all = <Part>(of: (module: Module) => readonly Part[] | undefined): readonly Part[] =>
    modules.flatMap((module) => of(module) ?? []);
  const named = <Part>(kind: string, parts: readonly (readonly [string, Part])[]) => {
    const byName = new Map(parts);
    const twice = parts.find(([name], at) => parts.findIndex(([other]) => other === name) !== at);
    if (twice) throw new Error(`The ${kind} ${twice[0]} is declared twice.`);
    return byName;
  };
  const jobs = all((module) => module.jobs);
  const timedJobs = all((module) => module.timedJobs);
  named(
    'job',
    [...jobs, ...timedJobs].map((job) => [job.name, job] as const),
  );
  const routes = all((module) => module.routes);
  named(
    'route',
    routes.map((route) => [`${route.method} ${route.path}`, route] as const),
  );
  const disclosure = named(
    'datum',
    all((module) => Object.entries(module.disclosure ?? {})),
  );
  const live = named(
    'live area',
    all((module) => Object.entries(module.live ?? {})),
  );
  const declared: Declared = {
    permissions: permissionsByName(all((module) => module.permissions)),
    sealedFields: named(
      'sealed field',
      all((module) => module.sealedFields).map((field) => [field.name, field] as const),
    ),
    disclosure: Object.fromEntries(disclosure),
    routes,
    jobs,
    timedJobs,
    resumes: all((module) => (module.resume ? [module.resume] : [])),
    afterClockSetBack: all((module) =>
      module.afterClockSetBack ? [module.afterClockSetBack] : [],
    ),
    eventKinds: named(
      'event kind',
      all((module) => module.eventKinds).map((kind) => [kind.kind, kind] as const),
    ),
    live: Object.fromEntries(live),
    roles: new Set(all((module) => module.roles)),
    purposes: new Set(all((module) => module.purposes)),
  };
  requireDeclared(declared, new Set(all((module) => module.compartments)));
  return declared;
}

/** Every name that a declaration uses is declared itself. */
function requireDeclared(declared: Declared, compartments: ReadonlySet<string>): void {
  const must = (kind: string, name: string, isDeclared: boolean) => {
    if (!isDeclared) throw new Error(`The ${kind} ${name} is not declared by any module.`);
  };
  for (const permission of declared.permissions.values()) {
    for (const field of permission.opens ?? []) {
      must('sealed field', field, declared.sealedFields.has(field));
    }
    for (const role of permission.staff ?? []) must('role', role, declared.roles.has(role));
    for (const purpose of permission.purposes) {
      must('purpose', purpose, declared.purposes.has(purpose));
    }
  }
  for (const field of declared.sealedFields.values()) {
    must('compartment', field.compartment, compartments.has(field.compartment));
    must('datum', field.datum, Object.hasOwn(declared.disclosure, field.datum));
  }
  for (const { permission } of declared.routes) {
    const known = declared.permissions.get(permission.name);
    must('permission', permission.name, known === permission);
  }
}
