import { definePermissions } from '../../access/permission.ts';
import { caseStaff } from '../../access/permissions.ts';

export const eventPermissions = definePermissions('event', {
  record: { staff: caseStaff, purposes: ['tracing', 'quality', 'import'] },
});
