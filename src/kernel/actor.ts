import type { AccountId, EnquiryId, OfficeId, SessionId, StaffId } from './ids.ts';

/** Roles of staff by name. A module that adds one augments this interface and declares the name. */
export interface RoleNames {
  caseworker: true;
  approver: true;
  auditor: true;
  administrator: true;
}
export type Role = keyof RoleNames;

/** The actor. A staff actor is a human being (`staffId`), however many accounts that person has. */
export type Actor = StaffActor | FamilyActor | DoorActor | SystemActor;

export interface StaffActor {
  readonly kind: 'staff';
  readonly staffId: StaffId;
  readonly accountId: AccountId;
  readonly officeId: OfficeId;
  readonly roles: readonly Role[];
  readonly sessionId: SessionId;
  /** Until when the last passkey counts as fresh; null if there was none. */
  readonly freshUntil: Date | null;
}

/** A family signed in to its own enquiry; verified or not, it has access to nothing else. */
export interface FamilyActor {
  readonly kind: 'family';
  readonly enquiryId: EnquiryId;
  readonly officeId: OfficeId;
  readonly sessionId: SessionId;
}

/** A visitor who is not signed in: files an enquiry, or presents a credential. */
export interface DoorActor {
  readonly kind: 'door';
  readonly officeId: OfficeId;
  /** Hex digest of the session token, file code or credential presented; empty when filing. */
  readonly held: string;
}

export interface SystemActor {
  readonly kind: 'system';
  readonly name: 'broker' | 'worker' | 'demo' | 'command';
  readonly officeId: OfficeId;
}

/** Purposes by name. A module that adds one augments this interface and declares the name. */
export interface PurposeNames {
  tracing: true;
  verification: true;
  notice: true;
  import: true;
  quality: true;
  audit: true;
  own_file: true;
  sign_in: true;
  upkeep: true;
}
export type PurposeKind = keyof PurposeNames;

/** Why a person reads or acts: typed, and for tracing tied to the enquiry that it serves. */
export interface Purpose {
  readonly kind: PurposeKind;
  readonly enquiryId?: EnquiryId;
}
