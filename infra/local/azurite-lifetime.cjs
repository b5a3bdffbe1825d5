// Loaded into Azurite before its own code: how long it lives. Programs that use it keep a request to /.users/ID open; the operating
// system closes it with the program, however that ends. Azurite ends by itself when nobody has used it for as long as the last user
// to come asked, and when azurite.json in the data folder does not name it any more. It touches azurite.alive while it lives, for those that see
// neither its process nor its port.
'use strict';
const fs = require('fs');
const http = require('http');
const os = require('os');
const path = require('path');

const folder = process.cwd();
const id = process.env.CONTRASTIVE_AZURITE;
const beat = path.join(folder, 'azurite.alive');
const join = `/.users/${id}?linger=`;

const users = new Set();
let answering = 0;
let idleSince = performance.now();
let arrivals = 0;
// The wish of the user that came last counts, whichever connection is seen to close last. Who starts it joins it well within this time, or was killed.
let linger = { seconds: 60, arrival: 0 };

function isNamed() {
  try {
    return JSON.parse(fs.readFileSync(path.join(folder, 'azurite.json'))).Id === id;
  } catch (error) {
    // Not to be read at the moment is not the same as gone.
    return error.code !== 'ENOENT';
  }
}

function end(reason) {
  console.log(`Ended: ${reason}`);
  process.exit(0);
}

function endUnlessNamed() {
  if (!isNamed()) end('azurite.json does not name this process any more');
}

function check() {
  endUnlessNamed();
  if (users.size === 0 && answering === 0 && performance.now() - idleSince >= linger.seconds * 1000) end(`not used for ${linger.seconds} s`);
}

function touch() {
  const now = new Date();
  try {
    fs.utimesSync(beat, now, now);
  } catch (error) {
    console.error(`Could not touch ${beat}: ${error.message}`);
  }
}

function report() {
  for (const user of users) user.write(`${users.size}\n`);
}

function serveUser(request, response) {
  response.writeHead(200, { 'content-type': 'text/plain' });
  users.add(response);
  const wish = { seconds: Number(request.url.slice(join.length)), arrival: ++arrivals };
  response.on('close', () => {
    users.delete(response);
    if (wish.arrival > linger.arrival) linger = wish;
    idleSince = performance.now();
    report();
    check();
  });
  report();
}

const emit = http.Server.prototype.emit;
http.Server.prototype.emit = function (event, request, response) {
  if (event !== 'request') return emit.apply(this, arguments);
  if (request.url.startsWith(join)) {
    serveUser(request, response);
    return true;
  }
  answering++;
  response.on('close', () => {
    answering--;
    idleSince = performance.now();
  });
  return emit.apply(this, arguments);
};

fs.writeFileSync(beat, JSON.stringify({ Machine: os.hostname(), Process: process.pid }));
setInterval(check, 1000);
setInterval(touch, 2000);
process.on('exit', () => {
  if (isNamed()) fs.rmSync(beat, { force: true });
});
// What it has confirmed is on disk, and its own way of closing would wait for its users.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => end(signal));

module.exports = { endUnlessNamed };
