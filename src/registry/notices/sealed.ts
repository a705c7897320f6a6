import { z } from 'zod';
import { sealedField } from '../../access/sealed-field.ts';

const text = z.object({ text: z.string() });

/** The words of a notice while it is composed and approved. */
export const sealedNoticeText = sealedField('notices.text', {
  compartment: 'contact',
  content: text,
  datum: 'deskWork',
});

/** The words of a notice that a person has told; the family can read them again. */
export const sealedToldText = sealedField('notices.told_text', {
  compartment: 'contact',
  content: text,
  datum: 'familyContact',
});
