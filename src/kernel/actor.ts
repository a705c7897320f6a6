import type { AccountId, EnquiryId, OfficeId, SessionId, StaffId } from './ids.ts';

/** Roles of staff by name. A module that adds one augments this interface and declares the name. */
export interface RoleNames {
  caseworker: true;
  approver: true;
  auditor: true;
  administrator: true;
}
export type Role = keyof RoleNames;

/** Who acts. A staff actor is a human being (`staffId`), however many accounts that person holds. */
export type Actor = StaffActor | FamilyActor | DoorActor | SystemActor;

export interface StaffActor {
  readonly kind: 'staff';
  readonly staffId: StaffId;
  readonly accountId: AccountId;
  readonly officeId: OfficeId;
  readonly roles: readonly Role[];
  readonly sessionId: SessionId;
  /** Until when the last passkey counts as fresh; null when none was given. */
  readonly freshUntil: Date | null;
}

/** A family signed in to its own enquiry; verified or not, it reaches nothing else. */
export interface FamilyActor {
  readonly kind: 'family';
  readonly enquiryId: EnquiryId;
  readonly officeId: OfficeId;
  readonly sessionId: SessionId;
}

/** Somebody at the door, not yet known: files an enquiry, or holds up something to be recognised by. */
export interface DoorActor {
  readonly kind: 'door';
  readonly officeId: OfficeId;
  /** Hex digest of the session token, file code or credential held up; empty when filing. */
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

/** Why somebody looks or acts: typed, and for tracing tied to the enquiry it serves. */
export interface Purpose {
  readonly kind: PurposeKind;
  readonly enquiryId?: EnquiryId;
}
