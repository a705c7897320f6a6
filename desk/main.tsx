import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import './styles/base.css';
import './styles/frame.css';
import './styles/parts.css';
import './styles/fields.css';
import './styles/compare.css';
import './styles/lists.css';
import './styles/print.css';

const place = document.getElementById('desk');
if (!place) throw new Error('index.html has a place for the desk');
createRoot(place).render(<App />);
