import { alertRoutes } from './alert-routes.ts';
import { logRoutes } from './log-routes.ts';
import {
  alertPermissions,
  auditPermissions,
  queuePermissions,
  sessionPermissions,
  staffPermissions,
  uploadPermissions,
} from './permissions.ts';
import { sweepUploads } from './uploads.ts';

/** Sign-in, staff, alerts, the audit log and uploads: what every module builds on. */
export const accessModule = {
  name: 'access',
  permissions: [
    sessionPermissions,
    staffPermissions,
    alertPermissions,
    auditPermissions,
    queuePermissions,
    uploadPermissions,
  ],
  routes: [...alertRoutes, ...logRoutes],
  timedJobs: [{ name: 'upload.sweep', everyMinutes: 5, minute: 0, run: sweepUploads }],
  live: { alert: ['alerts'] },
  roles: ['caseworker', 'approver', 'auditor', 'administrator'],
  purposes: [
    ...(['tracing', 'verification', 'notice', 'import', 'quality'] as const),
    ...(['audit', 'own_file', 'sign_in', 'upkeep'] as const),
  ],
  compartments: ['identity', 'contact', 'work', 'intake'],
} as const;
