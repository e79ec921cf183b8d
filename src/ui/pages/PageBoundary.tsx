import { Component, Suspense, type ReactNode } from 'react';

interface Props {
  /** Named in the message, e.g. "This page". Absent: nothing is said, here or when it does not come. */
  readonly what?: string;
  /** Stands there while it comes; a line of words unless given. */
  readonly waiting?: ReactNode;
  readonly children: ReactNode;
}

/** Around what is fetched late: says so while it comes, and what to do when it does not. */
export class PageBoundary extends Component<Props, { readonly failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { readonly failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    const { what, waiting, children } = this.props;
    if (what === undefined)
      return this.state.failed ? waiting : <Suspense fallback={waiting}>{children}</Suspense>;
    if (this.state.failed)
      return (
        <div className="ban err late" role="alert">
          <span>
            <b>{what} could not be fetched.</b> Your run is kept. Check the connection, then reload.
          </span>
          <button
            type="button"
            className="btn"
            onClick={() => {
              location.reload();
            }}
          >
            Reload
          </button>
        </div>
      );
    const words = (
      <p className="note late" role="status">
        {what} is on its way.
      </p>
    );
    return <Suspense fallback={waiting === undefined ? words : waiting}>{children}</Suspense>;
  }
}
