import { definePermissions } from '../../access/permission.ts';
import { caseStaff, everydayPurposes } from '../../access/permissions.ts';

const purposes = ['verification', 'notice'] as const;

// Which relative is told first, and where relatives disagree: never shown to a family (S-42).
export const kinPermissions = definePermissions('kin', {
  read: { staff: caseStaff, purposes: everydayPurposes, opens: ['disputes.note'] },
  choosePrimary: { staff: caseStaff, purposes },
  withdrawPrimary: { staff: caseStaff, purposes },
  openDispute: { staff: caseStaff, purposes },
  closeDispute: { staff: caseStaff, purposes },
});
