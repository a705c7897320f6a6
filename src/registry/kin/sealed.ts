import { z } from 'zod';
import { sealedField } from '../../access/sealed-field.ts';

/** Notes on a dispute between relatives: known to the desk alone (S-42). */
export const sealedDisputeNote = sealedField('disputes.note', {
  compartment: 'contact',
  content: z.object({ text: z.string() }),
  datum: 'deskWork',
});
