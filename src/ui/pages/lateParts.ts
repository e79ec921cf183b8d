/** What `late.tsx` fetches, as one file: apart, the parts take 7 kB more and a request each. */
import { BackendBadge } from '../controls/BackendBadge.tsx';
import { ShareButton } from '../export/ShareButton.tsx';
import { OwnDialog } from '../own/OwnDialog.tsx';
import { FileMenu } from '../panels/FileMenu.tsx';
import { ModelPanel } from '../panels/ModelPanel.tsx';
import { PredictionsPanel } from '../panels/PredictionsPanel.tsx';
import { RecordedPanel } from '../panels/RecordedPanel.tsx';
import { TunePanel } from '../panels/TunePanel.tsx';

export const PARTS = {
  BackendBadge,
  FileMenu,
  ModelPanel,
  OwnDialog,
  PredictionsPanel,
  RecordedPanel,
  ShareButton,
  TunePanel,
};
