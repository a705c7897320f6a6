import { definePermissions } from '../../access/permission.ts';
import { caseStaff, everydayPurposes } from '../../access/permissions.ts';

export const recordPermissions = definePermissions('record', {
  read: { staff: caseStaff, purposes: everydayPurposes, opens: ['records.description'] },
  correct: { staff: caseStaff, purposes: ['quality', 'tracing'] },
});
