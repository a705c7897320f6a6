import type { CommandId, Id } from '../kernel/ids.ts';
import { command, officeFacts, onOffice, protectedRead, staffOf } from './command.ts';
import { alertPermissions, staffPermissions } from './permissions.ts';
import { findAlertOffice, listAlerts, markAlertSeen, setStaffLanguage } from './queries.ts';

/** Alerts for staff, newest first. */
export const readAlerts = protectedRead({
  ...onOffice('alert'),
  permission: alertPermissions.read,
  find: async (tx, { input }: { readonly input: { readonly offset: number } }) => {
    const page = await listAlerts(tx, { offset: input.offset, limit: 20 });
    return { fields: [], answer: () => page };
  },
});

interface SeeAlert {
  readonly alertId: Id<'alert'>;
  readonly commandId: CommandId;
}

/** Marks an alert as seen, by whom and when. */
export const seeAlert = command({
  permission: alertPermissions.see,
  noun: 'alert',
  subject: ({ alertId, commandId }: SeeAlert) => ({ objectId: alertId, commandId }),
  load: async (tx, { alertId }) => {
    const officeId = await findAlertOffice(tx, alertId);
    return officeId ? { officeId } : null;
  },
  facts: officeFacts,
  write: async (tx, { input: { alertId } }, at) => {
    const seen = await markAlertSeen(tx, { alertId, staffId: staffOf(at), now: at.now });
    return { alertId, seen };
  },
});

/** Sets the language in which a member of staff uses the desk. */
export const chooseLanguage = command({
  ...onOffice('staff'),
  permission: staffPermissions.language,
  subject: (_input: { readonly language: 'uk' | 'ru' | 'en' }, at) => ({ objectId: staffOf(at) }),
  write: async (tx, { input: { language } }, at) => {
    await setStaffLanguage(tx, staffOf(at), language);
    return null;
  },
});
