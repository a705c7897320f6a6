import type { Hono, Context as HonoContext } from 'hono';
import { z } from 'zod';
import type { Context } from '../audit/context.ts';
import type { Purpose, PurposeKind } from '../kernel/actor.ts';
import type { CommandId, EnquiryId, Id } from '../kernel/ids.ts';
import { isId } from '../kernel/ids.ts';
import { holdsNul } from '../kernel/nul.ts';
import { invalid, Problem, refused, signedOut } from '../kernel/problem.ts';
import { parseStrictJson } from '../kernel/strict-json.ts';
import type { Permission, Rule } from './permission.ts';

/** The values of one request at the desk. */
export interface DeskEnv {
  Variables: {
    requestId: string;
    /** The context of the signed-in person; before sign-in the actor is anonymous. */
    ctx: Context;
    /** Session token from the cookie; empty before sign-in. */
    token: string;
    source: string;
  };
}

export type DeskContext = HonoContext<DeskEnv>;
export type DeskApp = Hono<DeskEnv>;

/** The parts of a desk route. A route without a permission does not compile. */
interface RouteParts<Body extends z.ZodType, Query extends z.ZodType> {
  readonly method: 'get' | 'post';
  readonly path: string;
  readonly permission: Permission;
  readonly body?: Body;
  readonly query?: Query;
  /** The resource has versions: `If-Match` is required. */
  readonly versioned?: true;
  /** The route itself reads a file of at most this many bytes, as it arrives. */
  readonly upload?: { readonly bytesMax: number };
  /** It adds files or filings, and is refused while the disk is nearly full. */
  readonly grows?: true;
  readonly run: (call: DeskCall<z.output<Body>, z.output<Query>>) => Promise<unknown>;
}

/**
 * A route as it is mounted and described; its schemas are checked before `run` sees their output.
 */
export interface DeskRoute extends Omit<RouteParts<z.ZodType, z.ZodType>, 'run'> {
  readonly answer: (c: DeskContext, purpose: Purpose) => Promise<Response>;
}

export interface DeskCall<Body, Query> {
  readonly ctx: Context;
  readonly body: Body;
  readonly query: Query;
  readonly version: number;
  /** The request itself, for routes that read a file. */
  readonly request: Request;
  /** The id in the address, of the type that the caller names; malformed ids are refused. */
  readonly id: <Noun extends string>(name?: string) => Id<Noun>;
}

/** Declares a route: parses the input, calls the command or read, answers JSON. */
export function deskRoute<Body extends z.ZodType, Query extends z.ZodType>(
  route: RouteParts<Body, Query>,
): DeskRoute {
  return {
    ...route,
    answer: async (c, purpose) => {
      const answer = await route.run({
        ctx: { ...c.get('ctx'), purpose },
        body: route.body ? parse(route.body, await readJson(c)) : (undefined as z.output<Body>), // No body expected.
        query: route.query ? parse(route.query, c.req.query()) : (undefined as z.output<Query>), // No query expected.
        version: route.versioned ? versionOf(c) : 0,
        request: c.req.raw,
        id: (name = 'id') => idOf(c, name),
      });
      if (answer instanceof Response) return answer;
      return answer === undefined || answer === null ? c.body(null, 204) : c.json(answer);
    },
  };
}

/**
 * Mounts declared routes: sign-in, then the purpose checked against the permission, then the route
 * itself.
 */
export function mountRoutes(
  app: DeskApp,
  routes: readonly DeskRoute[],
  purposes: ReadonlySet<string>,
): void {
  for (const route of routes) {
    app.on(route.method, route.path, async (c) => {
      if (c.get('ctx').actor.kind !== 'staff') throw signedOut();
      return route.answer(c, purposeOf(c, route.permission, purposes));
    });
  }
}

/**
 * The purpose, from the header `X-Purpose`, and the enquiry that it serves, from `X-Enquiry`. It
 * may be omitted if a permission serves one purpose only.
 */
function purposeOf(c: DeskContext, rule: Rule, purposes: ReadonlySet<string>): Purpose {
  const said = c.req.header('x-purpose');
  const [only, ...more] = rule.purposes;
  const kind = said ?? (more.length === 0 ? only : undefined);
  if (!kind) throw new Problem('purpose.missing', 422, 'Say why you look.');
  if (!purposes.has(kind)) {
    throw invalid('purpose.unknown', 'X-Purpose', 'There is no such purpose.');
  }
  const enquiry = c.req.header('x-enquiry');
  if (enquiry && !isId(enquiry)) throw refused('enquiry');
  return {
    kind: kind as PurposeKind, // One of those declared, checked above.
    ...(enquiry ? { enquiryId: enquiry as EnquiryId } : {}), // Shape checked above.
  };
}

/** Reads only JSON, so that no form of another site can be submitted here. */
export async function readJson(c: DeskContext): Promise<unknown> {
  const type = c.req.header('content-type') ?? '';
  if (!/^application\/json\b/i.test(type)) {
    throw new Problem('body.not_json', 415, 'JSON is expected.');
  }
  return parseStrictJson(await c.req.text());
}

/** Parses the input; an error names the field and never its value. */
export function parse<Shape extends z.ZodType>(shape: Shape, given: unknown): z.output<Shape> {
  if (holdsNul(given)) throw invalid('input.invalid', '', 'This field cannot be accepted.');
  const parsed = shape.safeParse(given);
  if (parsed.success) return parsed.data;
  const field = parsed.error.issues[0]?.path.join('.') ?? '';
  throw invalid('input.invalid', field, 'This field cannot be accepted.');
}

function versionOf(c: DeskContext): number {
  const said = c.req.header('if-match');
  if (!said) throw new Problem('version.missing', 428, 'Say which version you changed.');
  const version = Number(said.replace(/^W\//, '').replace(/"/g, ''));
  if (!Number.isInteger(version) || version < 0) {
    throw invalid('version.invalid', 'If-Match', 'This is not a version.');
  }
  return version;
}

function idOf<Noun extends string>(c: DeskContext, name: string): Id<Noun> {
  const text = c.req.param(name) ?? '';
  if (!isId(text)) throw refused('record');
  return text as Id<Noun>; // Form checked; the action checks existence.
}

/** An id of the type that the caller names, in a body or a query. */
export function idShape<Noun extends string>() {
  return z
    .string()
    .refine(isId)
    .transform((text) => text as Id<Noun>); // Shape checked.
}

/** Every write carries the client's own command id. */
export const commandShape = idShape<'command'>().transform((id) => id as CommandId); // The same brand.

/** A position in a list, as the page before returned it: a number of rows. */
export const offsetShape = z.coerce.number().int().min(0).max(100_000_000).catch(0);

/**
 * The body of a command that needs only a reason from these codes: the desk has one form for all of
 * them.
 */
export function reasonShape<const Code extends string>(codes: readonly [Code, ...Code[]]) {
  return z.object({ reason: z.enum(codes), commandId: commandShape });
}

/** Text for other people to read: visible, without invisible characters. */
export function textShape(max: number) {
  return z
    .string()
    .max(max)
    .transform((text) => text.normalize('NFC').replace(unseenMarks, '').trim());
}

const unseenMarks = /(?![\n\t])[\p{Cc}\p{Cs}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;
