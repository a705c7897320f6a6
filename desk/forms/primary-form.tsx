import { useState } from 'react';
import { useAct } from '../api/act.ts';
import { send } from '../api/client.ts';
import type { KinView } from '../api/work-shapes.ts';
import { useTexts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { Choices, useOptions } from '../ui/field.tsx';
import { useSaying } from '../ui/saying.tsx';
import { RefusalNote } from './refusal.tsx';

const reasons = [
  'named_by_person',
  'next_of_kin',
  'relatives_agreed',
  'only_one_reached',
  'court_order',
] as const;
const endings = ['own_wish', 'not_reached', 'safety', 'mistake'] as const;

/** Marks the relative of this file as the one who is told first, or takes the mark away. */
export function PrimaryForm({
  kin,
  isPrimary,
  onDone,
}: {
  readonly kin: KinView;
  readonly isPrimary: boolean;
  readonly onDone: () => void;
}) {
  const { t } = useTexts();
  const say = useSaying();
  const [why, setWhy] = useState('');
  const { enquiryId, version } = kin;
  const ways = {
    reason: useOptions('primaryReason', reasons),
    ending: useOptions('primaryEnding', endings),
  };
  const act = useAct(
    (code: string, commandId) =>
      send(
        `/api/enquiries/${enquiryId}/primary${isPrimary ? '/withdraw' : ''}`,
        { [isPrimary ? 'ending' : 'reason']: code, commandId },
        { version, purpose: { kind: 'notice', enquiryId } },
      ),
    () => {
      say({ words: t(isPrimary ? 'primary.withdrawn' : 'primary.chosen') });
      onDone();
    },
  );
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        act.run(why);
      }}
    >
      <p>{t(isPrimary ? 'primary.withdrawText' : 'primary.chooseText')}</p>
      <RefusalNote refusal={act.refusal} onReload={act.clear} />
      <Choices
        label={t('reason')}
        value={why}
        onChange={setWhy}
        options={isPrimary ? ways.ending : ways.reason}
      />
      <Button
        look={isPrimary ? 'grave' : 'main'}
        type="submit"
        isDisabled={act.isBusy || why === ''}
      >
        {t(isPrimary ? 'primary.withdraw' : 'primary.choose')}
      </Button>
    </form>
  );
}
