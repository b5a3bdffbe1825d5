// Loaded into Azurite before its own code. Azurite keeps what it knows of its blobs in memory and saves it every five seconds:
// killed, it forgets writes that it has confirmed. Here a change is saved before it is confirmed, extents before the blobs that
// point to them. Requests that arrive together share a save. And times come back from disk as text, which Azurite then takes for
// leases that have run out: here they are times again.
'use strict';
const http = require('http');
const Loki = require('lokijs');
const { endUnlessNamed } = require('./azurite-lifetime.cjs');

const databases = new Set();
const saveDatabase = Loki.prototype.saveDatabase;

Loki.prototype.autosaveEnable = () => {};
Loki.prototype.saveDatabase = function (callback) {
  databases.add(this);
  endUnlessNamed();
  return saveDatabase.call(this, callback);
};

const loadDatabase = Loki.prototype.loadDatabase;
Loki.prototype.loadDatabase = function (options, callback) {
  return loadDatabase.call(this, options, (error) => {
    for (const document of this.collections.flatMap((collection) => collection.data)) {
      for (const time of ['leaseExpireTime', 'leaseBreakTime']) {
        if (typeof document[time] === 'string') document[time] = new Date(document[time]);
      }
    }
    if (callback) callback(error);
  });
};

function save(database) {
  // Where another Azurite serves the folder, this one's index must not overwrite that one's.
  endUnlessNamed();
  return new Promise((resolve, reject) => saveDatabase.call(database, (error) => (error ? reject(error) : resolve())));
}

async function saveAll() {
  const extentsFirst = [...databases].sort((a, b) => b.filename.includes('extent') - a.filename.includes('extent'));
  for (const database of extentsFirst) await save(database);
}

const end = http.ServerResponse.prototype.end;
http.ServerResponse.prototype.end = function (...body) {
  // A block counts once its list is committed; who finds it missing then sends it again.
  const changes = this.req.method !== 'GET' && this.req.method !== 'HEAD' && this.statusCode < 300 && !/[?&]comp=block(&|$)/.test(this.req.url);
  if (!changes) return end.apply(this, body);
  saveAll().then(
    () => end.apply(this, body),
    (error) => {
      console.error(`Could not save: ${error.message}`);
      if (this.headersSent) return this.destroy();
      this.statusCode = 507;
      this.setHeader('x-ms-error-code', 'InsufficientStorage');
      this.setHeader('content-length', 0);
      end.call(this);
    });
  return this;
};
