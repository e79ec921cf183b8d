import { connectEngine } from '../bridge/client.ts';
import { askedBackend } from './backendLink.ts';
import { mount } from './mount.tsx';
import { keepForOffline } from './offline.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
const app = mount(connectEngine({ backend: askedBackend(location.search) }), root);
if (import.meta.env.PROD) keepForOffline(app);
