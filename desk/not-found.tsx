import { paths } from './paths.ts';
import { useTexts } from './texts.ts';
import { Button, ButtonLink } from './ui/button.tsx';
import { PageHead } from './ui/parts.tsx';

export function NotFoundPage() {
  const { t } = useTexts();
  return (
    <>
      <PageHead title={t('lost.title')} windowTitle={t('lost.title')} lead={t('lost.text')} />
      <ButtonLink to={paths.home}>{t('lost.home')}</ButtonLink>
    </>
  );
}

/** A screen failed. Says so plainly; what was not sent is not done. */
export function BrokenPage() {
  const { t } = useTexts();
  return (
    <main className="door" id="main">
      <PageHead title={t('broken.title')} windowTitle={t('broken.title')} lead={t('broken.text')} />
      <Button look="main" onPress={() => location.reload()}>
        {t('retry')}
      </Button>
    </main>
  );
}
