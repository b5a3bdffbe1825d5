// start-azurite.cjs LOG ARGUMENTS...: starts Azurite's blob service in a session of its own, so that neither Ctrl-C nor the end of
// the program that wanted it ends it, and prints its process id. The working directory is the data folder, and CONTRASTIVE_AZURITE the
// id under which azurite.json there names it. What it keeps in memory alone need not be saved.
'use strict';
const { spawn } = require('child_process');
const fs = require('fs');
const path = require('path');

const [logFile, ...azuriteArguments] = process.argv.slice(2);
const log = fs.openSync(logFile, 'w', 0o600);
const isKept = !azuriteArguments.includes('--inMemoryPersistence');
const preloads = ['azurite-lifetime.cjs', ...(isKept ? ['azurite-durable.cjs'] : [])].flatMap((file) => ['--require', path.join(__dirname, file)]);
const main = require.resolve('azurite/dist/src/blob/main.js');
const child = spawn(process.execPath, [...preloads, main, ...azuriteArguments], {
  detached: true,
  stdio: ['ignore', log, log],
  windowsHide: true,
});
child.on('error', (error) => {
  console.error(error.message);
  process.exit(1);
});
child.on('spawn', () => {
  console.log(child.pid);
  process.exit(0);
});
