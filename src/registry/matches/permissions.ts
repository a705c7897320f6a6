import { definePermissions } from '../../access/permission.ts';
import { caseStaff } from '../../access/permissions.ts';

const purposes = ['tracing', 'quality'] as const;

export const matchPermissions = definePermissions('match', {
  read: { staff: caseStaff, purposes, opens: ['matches.pair'] },
  judge: { staff: caseStaff, purposes },
  confirm: { staff: ['approver'], purposes, fresh: true, second: true },
  return: { staff: ['approver'], purposes, second: true },
});
