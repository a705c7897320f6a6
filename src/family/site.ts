import type { Context as HonoContext } from 'hono';
import type { TryLimit } from '../access/try-limit.ts';
import type { BrokerPort, Context } from '../audit/context.ts';
import type { Db } from '../db/connect.ts';
import type { FamilyActor } from '../kernel/actor.ts';
import type { EnquiryId, OfficeId } from '../kernel/ids.ts';
import type { FormTokens } from './form-token.ts';
import type { Speech } from './texts.ts';

/** What a person has told the family, as the notices module presents it. */
export interface ToldNotice {
  readonly on: string;
  readonly how: 'telephone' | 'in_person';
  readonly text: string | null;
}

/** The site as it is installed: its address, its dependencies and its clock. */
export interface Site {
  readonly db: Db;
  readonly broker: BrokerPort;
  readonly officeId: OfficeId;
  readonly clock: () => Date;
  /** For example `https://families.example`; on a trial `http://localhost:PORT`. */
  readonly origin: string;
  readonly trial: boolean;
  readonly withRtl: boolean;
  /** The bundled script for passkeys; null removes passkeys from the pages. */
  readonly passkeyScript: string | null;
  readonly toldNotices: (ctx: Context, enquiryId: EnquiryId) => Promise<readonly ToldNotice[]>;
  readonly tokens: FormTokens;
  readonly tries: TryLimit;
  /** Refused sign-ins are answered at multiples of this time; 0 is the control of S-02. */
  readonly refusalStepMs: number;
  readonly filings: TryLimit;
}

/** The values of one request. */
export interface SiteEnv {
  Variables: {
    nonce: string;
    requestId: string;
    speech: Speech;
    /** The address of the client; kept in memory for a minute and never stored. */
    source: string;
    /** Public pages are the same for all visitors and may be compressed (ruling 11). */
    isPublic: boolean;
    /** The page runs our one script. */
    hasScript: boolean;
    /** A refused sign-in: answered at a fixed step of time (S-02). */
    isAtStep: boolean;
  };
}

export type SiteContext = HonoContext<SiteEnv>;

/** The context of a visitor who is not signed in. */
export function doorContext(site: Site): Context {
  return {
    actor: { kind: 'door', officeId: site.officeId, held: '' },
    purpose: { kind: 'own_file' },
    now: site.clock(),
    db: site.db,
    broker: site.broker,
  };
}

/** The context of a signed-in family. */
export function familyContext(
  site: Site,
  session: { readonly actor: FamilyActor; readonly token: string },
): Context {
  return {
    actor: session.actor,
    purpose: { kind: 'own_file', enquiryId: session.actor.enquiryId },
    now: site.clock(),
    db: site.db,
    broker: site.broker,
    sessionToken: session.token,
  };
}
