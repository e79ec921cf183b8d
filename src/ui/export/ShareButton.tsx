import { useState, type ReactNode } from 'react';
import { ShareDialog } from './ShareDialog.tsx';

/** Opens the link to what is on show, and the citations. */
export function ShareButton(): ReactNode {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        className="link"
        onClick={() => {
          setOpen(true);
        }}
      >
        Link and citation
      </button>
      {isOpen && (
        <ShareDialog
          onClose={() => {
            setOpen(false);
          }}
        />
      )}
    </>
  );
}
