import type { ReactNode } from 'react';
import { Icon } from './Icon.tsx';

/** The place of something a defender may not see: same size, nothing of it in the page. */
export function Veil({
  className = '',
  children,
}: {
  className?: string;
  children?: ReactNode;
}): ReactNode {
  return (
    <div className={`veil ${className}`}>
      {children === undefined ? (
        <>
          <Icon name="shut" />
          <span className="vh">Hidden from the defender</span>
        </>
      ) : (
        children
      )}
    </div>
  );
}
