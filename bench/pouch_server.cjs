/* PouchDB's server on LevelDB, and a page that loads PouchDB: `node pouch_server.cjs PORT FOLDER`. Run from var/bench/node. */
"use strict";
const { createRequire } = require("node:module");
const installed = createRequire(`${process.cwd()}/`);
const express = installed("express");
const [, , port, folder] = process.argv;
const PouchDB = installed("pouchdb").defaults({ prefix: `${folder}/` });
const app = express();
app.get("/page", (_request, response) => response.type("html").send('<!doctype html><script src="/pouchdb.js"></script>'));
app.get("/pouchdb.js", (_request, response) => response.sendFile(installed.resolve("pouchdb/dist/pouchdb.min.js")));
app.use("/", installed("express-pouchdb")(PouchDB, { mode: "minimumForPouchDB", logPath: `${folder}/log.txt`, inMemoryConfig: true }));
app.listen(Number(port), "127.0.0.1", () => process.stdout.write("ready\n"));
