import type { PurposeKind, Role } from '../kernel/actor.ts';
import { definePermissions } from './permission.ts';

/** Roles that do the everyday work of the bureau. */
export const caseStaff: readonly Role[] = ['caseworker', 'approver'];
const allStaff: readonly Role[] = ['caseworker', 'approver', 'auditor', 'administrator'];
export const everydayPurposes: readonly PurposeKind[] = [
  ...(['tracing', 'verification', 'notice', 'quality'] as const),
];

export const sessionPermissions = definePermissions('session', {
  open: { door: true, purposes: ['sign_in'] },
  recognise: { door: true, purposes: ['sign_in'] },
  enrol: { door: true, purposes: ['sign_in'] },
  setPassphrase: { door: true, purposes: ['sign_in'] },
  stepUp: { door: true, purposes: ['sign_in'] },
  addPasskey: { family: true, purposes: ['own_file', 'sign_in'] },
  end: {
    door: true,
    staff: allStaff,
    family: true,
    purposes: ['sign_in', 'own_file', ...everydayPurposes, 'audit', 'import'],
  },
});

export const staffPermissions = definePermissions('staff', {
  read: { staff: ['administrator', 'approver'], purposes: ['quality', 'audit'] },
  disable: { staff: ['administrator'], purposes: ['quality'], fresh: true },
  unlock: { staff: ['administrator'], purposes: ['quality'], fresh: true },
  language: { staff: allStaff, purposes: ['sign_in'] },
});

// A locked-out colleague or a spent budget concerns everyone who can act on it.
export const alertPermissions = definePermissions('alert', {
  read: { staff: allStaff, purposes: ['quality', 'audit'] },
  see: { staff: allStaff, purposes: ['quality', 'audit'] },
});

export const auditPermissions = definePermissions('audit', {
  read: { staff: ['auditor', 'approver'], purposes: ['audit'] },
});

/** Work queues of all modules: masked rows and counts. */
export const queuePermissions = definePermissions('queue', {
  read: { staff: caseStaff, purposes: [...everydayPurposes, 'import'], broker: ['mask'] },
});

export const uploadPermissions = definePermissions('upload', {
  sweep: { system: true, purposes: ['upkeep'] },
});
