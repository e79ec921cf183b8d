import type { ReactNode } from 'react';
import { routeHash } from '../../store/route.ts';
import { useAppState } from '../AppContext.ts';
import { PAGE_LINKS } from './pages.tsx';

/** Links to the pages; the address of each is one that can be sent. */
export function PageNav(): ReactNode {
  const current = useAppState((state) => state.view.route.page);
  return (
    <nav className="pages" aria-label="Pages">
      <ul>
        {PAGE_LINKS.map(({ page, name }) => (
          <li key={page}>
            <a
              href={routeHash({ page, step: null })}
              aria-current={page === current ? 'page' : undefined}
            >
              {name}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
