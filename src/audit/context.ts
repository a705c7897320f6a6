import type { Db } from '../db/connect.ts';
import type { RowContext } from '../db/transaction.ts';
import type { Actor, Purpose } from '../kernel/actor.ts';
import { unreachable } from '../kernel/assert.ts';

/**
 * Who acts, why and when: the context of code inside a transaction. It has no broker, since no
 * transaction remains open across a call to another process.
 */
export interface Moment {
  readonly actor: Actor;
  readonly purpose: Purpose;
  readonly now: Date;
}

/** The whole context of an action. */
export interface Context extends Moment {
  readonly db: Db;
  readonly broker: BrokerPort;
  /** The session token as received; the broker checks it again by itself. */
  readonly sessionToken?: string;
}

/**
 * The kinds of content with keys of their own. A module that adds one augments this
 * interface and declares the name.
 */
export interface CompartmentNames {
  identity: true;
  contact: true;
  work: true;
  intake: true;
}
export type Compartment = keyof CompartmentNames;

/** The address of a sealed field, which is bound into the seal. */
export interface FieldAddress {
  readonly tableName: string;
  readonly columnName: string;
  readonly rowId: string;
  readonly subjectId: string;
  readonly compartment: Compartment;
}

export interface SealItem extends FieldAddress {
  readonly content: unknown;
}

/** Ready to be inserted into `sealed_fields` in the caller's own transaction. */
export interface SealedItem extends FieldAddress {
  readonly keyVersion: number;
  readonly sealed: Uint8Array;
}

/** The caller of the broker, the purpose and the permission: the head of each such call. */
export interface Asking {
  readonly sessionToken: string | undefined;
  readonly actor: Actor;
  readonly purpose: Purpose;
  /** The name of a declared permission. */
  readonly action: string;
  /**
   * The object that the entry names; usually the person, the enquiry or the match on the screen.
   */
  readonly objectId: string;
}

export interface OpenRequest extends Asking {
  readonly fields: readonly { readonly rowId: string; readonly columnName: string }[];
  /** Other objects that the answer shows; the entry lists them as well. */
  readonly alsoSeen?: readonly string[];
}

/** One opened field; absent fields are missing from the answer. */
export interface OpenedField {
  readonly rowId: string;
  readonly columnName: string;
  readonly content: unknown;
}

/**
 * What processes without keys can ask of the broker: over a socket in the product, in process in
 * tests (ruling 27). Both give the same answers.
 */
export interface BrokerPort {
  /** Salts of objects, created on first request; they are in the keystore. */
  salts(objectIds: readonly string[]): Promise<readonly string[]>;
  /** Seals contents under their subjects' keys. Needs no budget (ruling 2). */
  sealMany(items: readonly SealItem[]): Promise<readonly SealedItem[]>;
  /** Checks session, decision and budget, commits the entry, then returns plaintext. */
  open(request: OpenRequest): Promise<readonly OpenedField[]>;
  /** Masked rows for queues: initials, birth year, list; one entry and one page of budget. */
  mask(request: MaskRequest): Promise<readonly MaskedRow[]>;
  /** Staff search by name: masked, with purpose, one entry a page. */
  search(request: SearchRequest): Promise<readonly FoundRecord[]>;
  /** Opens a proposal: its pair, both descriptions, and the recomputed explanation. */
  openMatch(request: OpenMatchRequest): Promise<OpenedMatch>;
  /** Masked pairs of proposals, for the queue. */
  maskMatches(request: Omit<MaskRequest, 'field'>): Promise<readonly MaskedMatch[]>;
  /** Opens an enquiry's intake and seals it as the record that it becomes (ruling 6). */
  adoptIntake(request: AdoptIntakeRequest): Promise<readonly SealedItem[]>;
  /** Deletes the keys of uploads that were dropped and have no piece left. */
  forgetUploads(uploadIds: readonly string[]): Promise<void>;
  /** The public key that filings are sealed to; available while locked (ruling 3). */
  intakeKey(): Promise<{ readonly id: string; readonly publicKey: Uint8Array }>;
  /** The node's public key, which verifies checkpoints. */
  signingKey(): Promise<Uint8Array>;
  /** True when keys are in memory. */
  unlocked(): Promise<boolean>;
}

export interface MaskRequest extends Asking {
  /** The declared field that is masked, as `table.column`. */
  readonly field: string;
  readonly ids: readonly string[];
}

/** A row of a queue: what the mask of its field shows. */
export interface MaskedRow {
  readonly rowId: string;
  readonly shown: Readonly<Record<string, string | null>>;
}

export interface MaskedRecord {
  readonly recordId: string;
  readonly initials: string;
  readonly birthYear: string | null;
}

export interface MaskedMatch {
  readonly matchId: string;
  readonly left: MaskedRecord;
  readonly right: MaskedRecord;
}

/** The search serves the enquiry of its purpose. */
export interface SearchRequest extends Asking {
  /**
   * A name, or `filing`: the person that the enquiry itself seeks, to find other families who ask.
   */
  readonly query: { readonly name: string; readonly birth?: string } | 'filing';
  readonly limit: number;
}

export type Band = 'probable' | 'possible' | 'weak';

export interface FoundRecord extends MaskedRecord {
  /** How likely it is the sought person; never a figure. */
  readonly band: Band;
}

export interface OpenMatchRequest extends Asking {
  readonly matchId: string;
}

export interface OpenedMatch {
  readonly leftRecordId: string;
  readonly rightRecordId: string;
  readonly left: unknown;
  readonly right: unknown;
  readonly probability: number;
  readonly reasons: readonly ExplainedReason[];
  readonly undecidedWithout: readonly string[];
}

/** A reason as the screens show it; `feature` and `level` identify the words. */
export interface ExplainedReason {
  readonly feature: string;
  readonly level: string;
  readonly left: string | null;
  readonly right: string | null;
  readonly weight: number;
  readonly verdict: 'agrees' | 'contradicts' | 'absent';
}

export interface AdoptIntakeRequest extends Asking {
  readonly enquiryId: string;
  readonly recordId: string;
}

/** The row security context of an actor. */
export function rowContextOf(actor: Actor): RowContext {
  switch (actor.kind) {
    case 'staff':
      return {
        actorKind: 'staff',
        actorId: actor.staffId,
        officeId: actor.officeId,
        subjectId: '',
      };
    case 'family':
      return {
        actorKind: 'family',
        actorId: actor.enquiryId,
        officeId: actor.officeId,
        subjectId: actor.enquiryId,
      };
    case 'door':
      return {
        actorKind: 'door',
        actorId: 'door',
        officeId: actor.officeId,
        subjectId: actor.held,
      };
    case 'system':
      return { actorKind: 'system', actorId: actor.name, officeId: actor.officeId, subjectId: '' };
    default:
      return unreachable(actor);
  }
}
