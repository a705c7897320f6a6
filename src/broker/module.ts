import { intakePermissions, matchingPermissions } from './permissions.ts';

/** What the broker does by itself: learning from answers, deleting expired intake keys. */
export const brokerModule = {
  name: 'broker',
  permissions: [matchingPermissions, intakePermissions],
} as const;
