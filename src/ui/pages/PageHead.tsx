import type { ReactNode } from 'react';

interface Props {
  readonly title: string;
  readonly sub: string;
  readonly children?: ReactNode;
}

/** The headline of a page beside the lab. */
export function PageHead({ title, sub, children }: Props): ReactNode {
  return (
    <div className="top">
      <div>
        <h1 tabIndex={-1} data-heading>
          {title}
        </h1>
        <p className="sub">{sub}</p>
      </div>
      {children !== undefined && <div className="right">{children}</div>}
    </div>
  );
}
