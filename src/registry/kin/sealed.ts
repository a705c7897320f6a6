import { z } from 'zod';
import { sealedField } from '../../access/sealed-field.ts';

/** What was said of a dispute between relatives: known to the desk alone (S-42). */
export const sealedDisputeNote = sealedField('disputes.note', {
  compartment: 'contact',
  content: z.object({ text: z.string() }),
  datum: 'deskWork',
});
