import { useQueryClient } from '@tanstack/react-query';
import { reloadChanged, useChanges } from '../api/changed.ts';
import { useTexts } from '../texts.ts';
import { Button } from './button.tsx';

/** Says that colleagues changed what is on the screen; a person decides whether to reload. */
export function ChangedNote() {
  const { t } = useTexts();
  const client = useQueryClient();
  const changes = useChanges();
  return (
    <div className="saying changed" role="status" aria-live="polite">
      {changes === null ? null : (
        <div className="said">
          <p>{t('live.changed', { count: changes })}</p>
          <Button onPress={() => void reloadChanged(client)}>{t('live.reload')}</Button>
        </div>
      )}
    </div>
  );
}
