import { definePermissions } from '../../access/permission.ts';
import { caseStaff, everydayPurposes } from '../../access/permissions.ts';

export const personPermissions = definePermissions('person', {
  read: {
    staff: caseStaff,
    purposes: everydayPurposes,
    opens: ['records.description', 'records.correction'],
  },
  search: { staff: caseStaff, purposes: ['tracing', 'verification'], broker: ['search'] },
});

export const judgementPermissions = definePermissions('judgement', {
  withdraw: { staff: caseStaff, purposes: ['tracing', 'quality'] },
});
