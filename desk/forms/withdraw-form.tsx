import { useState } from 'react';
import { useAct } from '../api/act.ts';
import { send } from '../api/client.ts';
import type { Judgement } from '../api/shapes.ts';
import { useTexts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { Choice, useOptions } from '../ui/field.tsx';
import { useSaying } from '../ui/saying.tsx';
import { RefusalNote } from './refusal.tsx';

const reasons = ['new_evidence', 'mistake', 'two_people', 'wrong_source'] as const;

/** Withdraws a judgement; the person splits where it held records together. */
export function WithdrawForm({
  judgement,
  onDone,
}: {
  readonly judgement: Judgement;
  readonly onDone: () => void;
}) {
  const { t } = useTexts();
  const say = useSaying();
  const [reason, setReason] = useState<string>(reasons[0]);
  const act = useAct(
    (why: string, commandId) =>
      send<{ readonly personIds: readonly string[] }>(
        `/api/judgements/${judgement.judgementId}/withdraw`,
        { reason: why, commandId },
        { version: judgement.version, purpose: { kind: 'quality' } },
      ),
    (answer) => {
      say({ words: t('judgements.withdrawn', { count: answer.personIds.length }) });
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
      <p>{t('judgements.withdrawText')}</p>
      <RefusalNote refusal={act.refusal} onReload={act.clear} />
      <Choice
        label={t('reason')}
        value={reason}
        onChange={setReason}
        options={useOptions('withdrawReason', reasons)}
      />
      <Button look="grave" type="submit" isDisabled={act.isBusy}>
        {t('judgements.withdraw')}
      </Button>
    </form>
  );
}
