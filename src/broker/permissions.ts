import { definePermissions } from '../access/permission.ts';

/** What the broker logs by itself. */
export const matchingPermissions = definePermissions('matching', {
  learn: { system: true, purposes: ['upkeep'] },
  adopt: { system: true, purposes: ['upkeep'] },
});

export const intakePermissions = definePermissions('intake', {
  eraseKey: { system: true, purposes: ['upkeep'] },
});
