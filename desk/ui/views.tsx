import { Link } from 'react-router';
import { useTexts } from '../texts.ts';
import type { ViewChoice } from './parts.tsx';

/** Views of one list side by side; the current one is marked by more than colour. */
export function Views({
  label,
  views,
}: {
  readonly label: string;
  readonly views: readonly ViewChoice[];
}) {
  const { t, number } = useTexts();
  return (
    <nav className="views" aria-label={label}>
      {views.map((view) => (
        <Link key={view.to} to={view.to} aria-current={view.isCurrent ? 'page' : undefined}>
          {t(view.textKey)}
          {view.count ? <span className="count">{number(view.count)}</span> : null}
        </Link>
      ))}
    </nav>
  );
}
