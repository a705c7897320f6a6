import type { Module } from '../module.ts';
import { noticePermissions } from './permissions.ts';
import { noticeRoutes } from './routes.ts';
import { sealedNoticeText, sealedToldText } from './sealed.ts';

/** What the bureau tells a family, through a person. */
export const noticesModule: Module = {
  name: 'notices',
  permissions: [noticePermissions],
  sealedFields: [sealedNoticeText, sealedToldText],
  routes: noticeRoutes,
  live: { notice: ['notices', 'notice', 'enquiry', 'enquiries'] },
};
