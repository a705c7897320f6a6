import { definePermissions } from '../../access/permission.ts';
import { caseStaff } from '../../access/permissions.ts';

export const noticePermissions = definePermissions('notice', {
  compose: { staff: caseStaff, purposes: ['notice'] },
  read: {
    staff: caseStaff,
    family: true,
    purposes: ['notice', 'own_file', 'quality'],
    opens: ['notices.text', 'notices.told_text'],
  },
  approve: { staff: ['approver'], purposes: ['notice'], fresh: true, second: true },
  refuse: { staff: ['approver'], purposes: ['notice'], second: true },
  tell: { staff: caseStaff, purposes: ['notice'] },
  withdraw: { staff: caseStaff, purposes: ['notice'] },
});
