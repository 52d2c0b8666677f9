// The only door of crypto/. Everything outside it handles private keys as non-extractable CryptoKeys, or as sealed
// strings; the two exceptions (a new pair's JWK, a bundle key) go straight into the next seal and are dropped.

export { CryptoProblem } from "./problem.js";
export { digest, randomB64u } from "./bytes.js";
export { instant, newId } from "./ids.js";
export { generatePair, importEncryptionKey, importSigningKey, isPublicJwk, publicOf } from "./keys.js";
export { thumbprint } from "./jose.js";
export { readSigned, signObject, verifySigned } from "./signed.js";
export { openSection, readerOf, sealSection } from "./envelope.js";
export { createCircleEpoch, openCircle } from "./circles.js";
export { grantCircle } from "./grant.js";
export { amendBundle, newBundle, openBundle, renewBundle, replaceBundleKey, sealBundle } from "./bundle.js";
export {
  makePasskeySlot,
  makePassphraseSlot,
  makeRecoverySlot,
  openPasskeySlot,
  openPassphraseSlot,
  openRecoverySlot,
  recoveryProof,
  signInProof,
  stretchPassphrase,
} from "./slots.js";
export { newRecoveryCode, printPrivateKey, readPrivateKey } from "./printed.js";
export { newPaper, openReceipt, paperOf, readPaper, sealReceipt } from "./receipt.js";
export { createPasskey, evaluatePasskey, hasPasskeys } from "./passkey.js";
export { proposePassphrase, passphraseStrength } from "./passphrase.js";
export { openLocal, openLocalBytes, sealLocal, sealLocalBytes } from "./local.js";
export { digits20, hmac, verifyHmac } from "./proofs.js";
