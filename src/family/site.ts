import type { Context as HonoContext } from 'hono';
import type { TryLimit } from '../access/try-limit.ts';
import type { BrokerPort, Context } from '../audit/context.ts';
import type { Db } from '../db/connect.ts';
import type { FamilyActor } from '../kernel/actor.ts';
import type { EnquiryId, OfficeId } from '../kernel/ids.ts';
import type { FormTokens } from './form-token.ts';
import type { Speech } from './texts.ts';

/** What the family was told by a person, as the notices' own noun presents it. */
export interface ToldNotice {
  readonly on: string;
  readonly how: 'telephone' | 'in_person';
  readonly text: string | null;
}

/** The site as it is installed: where it stands, what it reaches, how it keeps time. */
export interface Site {
  readonly db: Db;
  readonly broker: BrokerPort;
  readonly officeId: OfficeId;
  readonly clock: () => Date;
  /** Such as `https://families.example`; on a trial `http://localhost:PORT`. */
  readonly origin: string;
  readonly trial: boolean;
  readonly withRtl: boolean;
  /** The bundled script for passkeys; null leaves passkeys out of the pages. */
  readonly passkeyScript: string | null;
  readonly toldNotices: (ctx: Context, enquiryId: EnquiryId) => Promise<readonly ToldNotice[]>;
  readonly tokens: FormTokens;
  readonly tries: TryLimit;
  /** Refused sign-ins are answered at whole steps of this length; 0 is the control of S-02. */
  readonly refusalStepMs: number;
  readonly filings: TryLimit;
}

/** What travels with one request. */
export interface SiteEnv {
  Variables: {
    nonce: string;
    requestId: string;
    speech: Speech;
    /** Where the request came from; kept in memory for a minute, never written down. */
    source: string;
    /** Public pages are the same for everybody and may be compressed (settled 11). */
    isPublic: boolean;
    /** The page runs our one script. */
    hasScript: boolean;
    /** A refused sign-in: answered at a whole step of time (S-02). */
    isAtStep: boolean;
  };
}

export type SiteContext = HonoContext<SiteEnv>;

/** The moment as somebody at the door sees it. */
export function doorContext(site: Site): Context {
  return {
    actor: { kind: 'door', officeId: site.officeId, held: '' },
    purpose: { kind: 'own_file' },
    now: site.clock(),
    db: site.db,
    broker: site.broker,
  };
}

/** The moment as a signed-in family sees it. */
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
