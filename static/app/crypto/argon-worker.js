// The one importer of hash-wasm's Argon2, in a module worker: one message in, one out. It knows no key and no server.

import { argon2id } from "../../vendor/argon2/index.js";

/** @param {MessageEvent<{password: Uint8Array, salt: Uint8Array, m: number, t: number, p: number}>} message */
self.onmessage = async ({ data }) => {
  const { password, salt, m, t, p } = data;
  try {
    const cost = { memorySize: m, iterations: t, parallelism: p };
    const hash = await argon2id({ password, salt, ...cost, hashLength: 32, outputType: "binary" });
    self.postMessage({ hash });
  } catch {
    self.postMessage({ hash: null }); // no memory for it: the page says so in its own words
  }
};
