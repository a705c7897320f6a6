import { useState } from 'react';
import { useAct } from '../api/act.ts';
import { type Sending, send } from '../api/client.ts';
import type { Judgement } from '../api/shapes.ts';
import type { Dispute, EnquiryView, KinView } from '../api/work-shapes.ts';
import { type TextKey, useTexts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { Choices, type Option, useOptions } from '../ui/field.tsx';
import { useSaying } from '../ui/saying.tsx';
import { RefusalNote } from './refusal.tsx';

/** A command that needs only a reason, and the words of its form. */
interface Reasoned<Answer> {
  /** The effect, and the label of the button. */
  readonly text: TextKey;
  readonly button: TextKey;
  readonly label?: TextKey;
  readonly reasons: readonly Option[];
  readonly isGrave: boolean;
  readonly perform: (reason: string, commandId: string) => Promise<Answer>;
  /** The toast when it is done. */
  readonly said: (answer: Answer) => string;
  readonly onDone: () => void;
}

/** Asks for the reason and runs the command. No reason is preselected: a person must choose it. */
function ReasonForm<Answer>(props: Reasoned<Answer>) {
  const { t } = useTexts();
  const say = useSaying();
  const [reason, setReason] = useState('');
  const act = useAct(props.perform, (answer) => {
    say({ words: props.said(answer) });
    props.onDone();
  });
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        act.run(reason);
      }}
    >
      <p>{t(props.text)}</p>
      <RefusalNote refusal={act.refusal} onReload={act.clear} />
      <Choices
        label={t(props.label ?? 'reason')}
        value={reason}
        onChange={setReason}
        options={props.reasons}
      />
      <Button
        look={props.isGrave ? 'grave' : 'main'}
        type="submit"
        isDisabled={act.isBusy || reason === ''}
      >
        {t(props.button)}
      </Button>
    </form>
  );
}

function sendReason<Answer>(path: string, sending: Sending) {
  return (reason: string, commandId: string) => send<Answer>(path, { reason, commandId }, sending);
}

/** Closes an enquiry for a reason that people gave; never for time alone. */
export function CloseForm({
  enquiry: { enquiryId, version },
  onDone,
}: {
  readonly enquiry: EnquiryView;
  readonly onDone: () => void;
}) {
  const { t } = useTexts();
  const path = `/api/enquiries/${enquiryId}`;
  const close = sendReason(`${path}/close`, {
    version,
    purpose: { kind: 'verification', enquiryId },
  });
  const withdraw = (commandId: string) =>
    send(`${path}/withdraw`, { commandId }, { version, purpose: { kind: 'tracing', enquiryId } });
  return (
    <ReasonForm
      text="enquiry.closeText"
      button="enquiry.close"
      reasons={useOptions('closeReason', [
        'returned',
        'remains_handed_over',
        'agreement',
        'withdrawn',
        'impostor',
      ])}
      isGrave
      // A family's withdrawal is not a reason for closing: its filing is erased.
      perform={(why, id) => (why === 'withdrawn' ? withdraw(id) : close(why, id))}
      said={() => t('enquiry.closed')}
      onDone={onDone}
    />
  );
}

/** Withdraws a judgement; the person splits if it joined records. */
export function WithdrawForm({
  judgement: { judgementId, version },
  onDone,
}: {
  readonly judgement: Judgement;
  readonly onDone: () => void;
}) {
  const { t } = useTexts();
  return (
    <ReasonForm
      text="judgements.withdrawText"
      button="judgements.withdraw"
      reasons={useOptions('withdrawReason', [
        'new_evidence',
        'mistake',
        'two_people',
        'wrong_source',
      ])}
      isGrave
      perform={sendReason<{ readonly personIds: readonly string[] }>(
        `/api/judgements/${judgementId}/withdraw`,
        { version, purpose: { kind: 'quality' } },
      )}
      said={({ personIds }) => t('judgements.withdrawn', { count: personIds.length })}
      onDone={onDone}
    />
  );
}

/** Ends a dispute as people said; it remains in the history. */
export function CloseDisputeForm({
  kin: { enquiryId, version },
  dispute,
  onDone,
}: {
  readonly kin: KinView;
  readonly dispute: Dispute;
  readonly onDone: () => void;
}) {
  const { t } = useTexts();
  return (
    <ReasonForm
      text="dispute.closeText"
      button="dispute.close"
      label="dispute.outcome"
      reasons={useOptions('disputeOutcome', ['agreed', 'court_order', 'danger_over', 'mistake'])}
      isGrave={false}
      perform={sendReason(`/api/disputes/${dispute.disputeId}/close`, {
        version,
        purpose: { kind: 'notice', enquiryId },
      })}
      said={() => t('dispute.closed')}
      onDone={onDone}
    />
  );
}

const reasonsToChoose = [
  'named_by_person',
  'next_of_kin',
  'relatives_agreed',
  'only_one_reached',
  'court_order',
] as const;
const reasonsToEnd = ['own_wish', 'not_reached', 'safety', 'mistake'] as const;

/** Marks the relative of this file as the one who is told first, or removes the mark. */
export function PrimaryForm({
  kin: { enquiryId, version },
  isPrimary,
  onDone,
}: {
  readonly kin: KinView;
  readonly isPrimary: boolean;
  readonly onDone: () => void;
}) {
  const { t } = useTexts();
  const choosing = useOptions('primaryReason', reasonsToChoose);
  const ending = useOptions('primaryEnding', reasonsToEnd);
  const path = `/api/enquiries/${enquiryId}/primary${isPrimary ? '/withdraw' : ''}`;
  return (
    <ReasonForm
      text={isPrimary ? 'primary.withdrawText' : 'primary.chooseText'}
      button={isPrimary ? 'primary.withdraw' : 'primary.choose'}
      reasons={isPrimary ? ending : choosing}
      isGrave={isPrimary}
      perform={sendReason(path, { version, purpose: { kind: 'notice', enquiryId } })}
      said={() => t(isPrimary ? 'primary.withdrawn' : 'primary.chosen')}
      onDone={onDone}
    />
  );
}
