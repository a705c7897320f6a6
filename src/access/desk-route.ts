import type { Hono, Context as HonoContext } from 'hono';
import { z } from 'zod';
import type { Context } from '../audit/context.ts';
import { type Purpose, type PurposeKind, purposeKinds } from '../kernel/actor.ts';
import type { CommandId, EnquiryId, Id } from '../kernel/ids.ts';
import { isId } from '../kernel/ids.ts';
import { holdsNul } from '../kernel/nul.ts';
import { invalid, Problem, refused, signedOut } from '../kernel/problem.ts';
import { parseStrictJson } from '../kernel/strict-json.ts';
import { type Action, type Rule, rules } from './rules.ts';

/** What travels with one request at the desk. */
export interface DeskEnv {
  Variables: {
    requestId: string;
    /** The moment as the signed-in person sees it; at the door the actor is nobody yet. */
    ctx: Context;
    /** Session token as it came in the cookie; empty at the door. */
    token: string;
    source: string;
  };
}

export type DeskContext = HonoContext<DeskEnv>;
export type DeskApp = Hono<DeskEnv>;

/** What a route of the desk is made of. A route that names no action does not exist (style 7). */
export interface DeskRoute<Body extends z.ZodType, Query extends z.ZodType> {
  readonly method: 'get' | 'post';
  readonly path: string;
  readonly action: Action;
  readonly body?: Body;
  readonly query?: Query;
  /** The thing has versions: `If-Match` is asked for. */
  readonly versioned?: true;
  readonly run: (call: DeskCall<z.output<Body>, z.output<Query>>) => Promise<unknown>;
}

export interface DeskCall<Body, Query> {
  readonly ctx: Context;
  readonly body: Body;
  readonly query: Query;
  readonly version: number;
  /** The id in the address, of the noun the caller names; anything without an id's shape is refused. */
  readonly id: <Noun extends string>(name?: string) => Id<Noun>;
}

/** Adds a route: purpose checked against the rule, input parsed, the action called, JSON answered. */
export function deskRoute<Body extends z.ZodType, Query extends z.ZodType>(
  app: DeskApp,
  route: DeskRoute<Body, Query>,
): void {
  app.on(route.method, route.path, async (c) => {
    const held = c.get('ctx');
    if (held.actor.kind !== 'staff') throw signedOut();
    const ctx = { ...held, purpose: purposeOf(c, route.action) };
    const answer = await route.run({
      ctx,
      body: route.body ? parse(route.body, await readJson(c)) : (undefined as z.output<Body>), // No body asked for.
      query: route.query ? parse(route.query, c.req.query()) : (undefined as z.output<Query>), // No query asked for.
      version: route.versioned ? versionOf(c) : 0,
      id: (name = 'id') => idOf(c, name),
    });
    if (answer instanceof Response) return answer;
    return answer === undefined || answer === null ? c.body(null, 204) : c.json(answer);
  });
}

/**
 * Why somebody looks, from the `X-Purpose` header and the enquiry it serves from `X-Enquiry`. Where
 * an action serves one purpose only it need not be said.
 */
export function purposeOf(c: DeskContext, action: Action): Purpose {
  const rule: Rule = rules[action];
  const said = c.req.header('x-purpose');
  const [only, ...more] = rule.purposes;
  const kind = said ?? (more.length === 0 ? only : undefined);
  if (!kind) throw new Problem('purpose.missing', 422, 'Say why you look.');
  if (!purposeKinds.some((known) => known === kind)) {
    throw invalid('purpose.unknown', 'X-Purpose', 'There is no such purpose.');
  }
  const enquiry = c.req.header('x-enquiry');
  if (enquiry && !isId(enquiry)) throw refused('enquiry');
  return {
    kind: kind as PurposeKind, // One of the list, checked above.
    ...(enquiry ? { enquiryId: enquiry as EnquiryId } : {}), // Shape checked above.
  };
}

/** Reads JSON and nothing else, so that no form of another site can be sent here. */
export async function readJson(c: DeskContext): Promise<unknown> {
  const type = c.req.header('content-type') ?? '';
  if (!/^application\/json\b/i.test(type)) {
    throw new Problem('body.not_json', 415, 'JSON is expected.');
  }
  return parseStrictJson(await c.req.text());
}

/** Parses what came; the answer names the field and never its value. */
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
  return text as Id<Noun>; // Shape checked; existence is the action's question.
}

/** An id of the noun the caller names, in a body or a query. */
export function idShape<Noun extends string>() {
  return z
    .string()
    .refine(isId)
    .transform((text) => text as Id<Noun>); // Shape checked.
}

/** Every write carries the client's own command id. */
export const commandShape = idShape<'command'>().transform((id) => id as CommandId); // The same brand.

/** A place in a list as it is given back by the page before: a number of rows. */
export const offsetShape = z.coerce.number().int().min(0).max(100_000_000).catch(0);

/** Body of an act that needs nothing but a reason, one of these codes: the desk has one form for all of them. */
export function reasonShape<const Code extends string>(codes: readonly [Code, ...Code[]]) {
  return z.object({ reason: z.enum(codes), commandId: commandShape });
}

/** What another person wrote: visible text without marks nobody can see. */
export function textShape(max: number) {
  return z
    .string()
    .max(max)
    .transform((text) => text.normalize('NFC').replace(unseenMarks, '').trim());
}

const unseenMarks = /(?![\n\t])[\p{Cc}\p{Cs}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;
