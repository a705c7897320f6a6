import { useState } from 'react';
import { useAct } from '../api/act.ts';
import { send } from '../api/client.ts';
import type { EnquiryView } from '../api/work-shapes.ts';
import { useTexts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { Choices, useOptions } from '../ui/field.tsx';
import { useSaying } from '../ui/saying.tsx';
import { RefusalNote } from './refusal.tsx';

const reasons = ['returned', 'remains_handed_over', 'agreement', 'withdrawn', 'impostor'] as const;

/** Ends an enquiry for a reason that people gave; time alone never does. */
export function CloseForm({
  enquiry,
  onDone,
}: {
  readonly enquiry: EnquiryView;
  readonly onDone: () => void;
}) {
  const { t } = useTexts();
  const say = useSaying();
  const [reason, setReason] = useState('');
  const { enquiryId, version } = enquiry;
  const act = useAct(
    (why: string, commandId) =>
      // A family that takes its question back is no reason of ours: its filing is erased.
      why === 'withdrawn'
        ? send(
            `/api/enquiries/${enquiryId}/withdraw`,
            { commandId },
            { version, purpose: { kind: 'tracing', enquiryId } },
          )
        : send(
            `/api/enquiries/${enquiryId}/close`,
            { reason: why, commandId },
            { version, purpose: { kind: 'verification', enquiryId } },
          ),
    () => {
      say({ words: t('enquiry.closed') });
      onDone();
    },
  );
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        act.run(reason);
      }}
    >
      <p>{t('enquiry.closeText')}</p>
      <RefusalNote refusal={act.refusal} onReload={act.clear} />
      <Choices
        label={t('reason')}
        value={reason}
        onChange={setReason}
        options={useOptions('closeReason', reasons)}
      />
      <Button look="grave" type="submit" isDisabled={act.isBusy || reason === ''}>
        {t('enquiry.close')}
      </Button>
    </form>
  );
}
