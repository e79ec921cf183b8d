import { useEffect, type ReactNode } from 'react';
import { isBusy } from '../../store/selectors.ts';
import type { Moment } from '../../store/historyState.ts';
import type { AppState } from '../../store/state.ts';
import { useApp } from '../AppContext.ts';
import { Icon } from '../controls/Icon.tsx';
import { plural, pText } from '../text/format.ts';

/** What a state is called: the cut, and how far it was taken. */
export function momentName({ spec, stages }: Moment): string {
  const { p: ratio, keep = [] } = spec;
  const kept = keep.length === 0 ? '' : `, ${plural(keep.length, 'map')} kept by hand`;
  const p = `p ${pText(ratio)}${kept}`;
  const { pruned, fineTuned } = stages;
  if (pruned === undefined) return `${p}, nothing pruned`;
  const cut = `${plural(pruned.pruned, 'map')} pruned`;
  return fineTuned === undefined ? `${p}, ${cut}` : `${p}, ${cut}, fine-tuned`;
}

/** In a field of text the browser has an undo of its own. */
function isText(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement
    ? target.type !== 'range'
    : target instanceof HTMLTextAreaElement;
}

/** A dialog has the keyboard: what lies behind it is not to change unseen. */
function isInDialog(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest('dialog, [role="dialog"], [role="alertdialog"]') !== null
  );
}

/** Back to an earlier cut and what was made with it, and forth again. Also Ctrl or Cmd with Z. */
export function UndoRedo({ state }: { state: AppState }): ReactNode {
  const { history } = useApp();
  const { past, future } = state.history;
  const busy = isBusy(state);
  const [back, forth] = [past.at(-1), future[0]];
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
      if (isText(event.target) || isInDialog(event.target)) return;
      const key = event.key.toLowerCase();
      if (key === 'z' && !event.shiftKey) history.undo();
      else if (key === 'y' || (key === 'z' && event.shiftKey)) history.redo();
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', onKeyDown);
    return () => {
      removeEventListener('keydown', onKeyDown);
    };
  }, [history]);
  const undoName = back === undefined ? 'Undo' : `Undo, to ${momentName(back)}`;
  const redoName = forth === undefined ? 'Redo' : `Redo, to ${momentName(forth)}`;
  return (
    <>
      <button
        type="button"
        className="btn sq small ghost"
        aria-label={undoName}
        title={undoName}
        aria-keyshortcuts="Control+Z"
        disabled={busy || back === undefined}
        onClick={() => {
          history.undo();
        }}
      >
        <Icon name="undo" />
      </button>
      <button
        type="button"
        className="btn sq small ghost"
        aria-label={redoName}
        title={redoName}
        aria-keyshortcuts="Control+Shift+Z"
        disabled={busy || forth === undefined}
        onClick={() => {
          history.redo();
        }}
      >
        <Icon name="redo" />
      </button>
    </>
  );
}
