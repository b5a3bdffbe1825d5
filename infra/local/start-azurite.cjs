// start-azurite.cjs LOG ARGUMENTS...: starts Azurite's blob service in a session of its own, so that neither Ctrl-C nor the end of
// the program that wanted it ends it, and prints its process id.
'use strict';
const { spawn } = require('child_process');
const fs = require('fs');
const path = require('path');

const [logFile, ...azuriteArguments] = process.argv.slice(2);
const log = fs.openSync(logFile, 'w', 0o600);
const preload = path.join(__dirname, 'azurite-durable.cjs');
const main = require.resolve('azurite/dist/src/blob/main.js');
const child = spawn(process.execPath, ['--require', preload, main, ...azuriteArguments], {
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
