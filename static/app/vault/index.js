/**
 * The only door to the vault, for screens and sync. Shapes: shapes.js. Nothing else in static/app may open a
 * database or hold a key. All functions named in groups ASK and LOCK-state are synchronous; all others are async.
 */

// PROFILES AND LOCK
//   profiles(): Promise<Profile[]>      isOpen(): boolean      me(): Me      setTeam(id): Promise<void>
//   signIn({account, passphrase, shared}): Promise<void>       a browser that does not know this member yet
//   signInWithPasskey({shared})         unlock(member, {passphrase}|{pin})    unlockWithPasskey(member)
//   lock(): Promise<void>   setPin(pin) (6 digits)   openDesk()
//   addPasskey({passphrase}) (adding a door re-opens an existing one)   changePassphrase(old, new)
//   printRecovery({passphrase}): Sheet   removeDoor({kind, passphrase}): Sheet|null
//   recover({account, code, passphrase (new), shared})         only the printed sheet is left
//   renewKeys({passphrase, newPassphrase, lost (devices of ours)}): Sheet|null
export { isOpen, lock, onChange as subscribe } from "./session.js";
export { me, setTeam } from "./me.js";
export { profiles } from "./profiles.js";
export { setPin, signIn, signInWithPasskey, unlock, unlockWithPasskey } from "./unlock.js";
export { addPasskey, changePassphrase, printRecovery, removeDoor } from "./doors.js";
export { renewKeys } from "./rekey.js";
export { recover } from "./recover.js";
export { openDesk } from "./token.js";

// JOIN AND ADMISSION
//   join({invitation, secret, genesis, kind, account, name, passphrase, shared, organisation?: {name, kind}, returning?}): {code}
//   pendingJoin(): {account, name, code, kind, locked}|null     resumeJoin({passphrase}) after a restart
//   pollJoin(): "waiting"|"admitted" (admitted: device enrolled, bundle put, vault open)
//   found({founding, networkName, organisation: {name, kind}, account, name, passphrase, demonstration?}): Founded
//   createInvitation({kind, uses, returning?: member id}): {link}   admissionRequests(): AdmissionRequest[]
//   readmit({invitation, member})   reopenWithSheet({code}): circle ids
//   admit({invitation, member, role, profile, ground?, groundText?, teams, permissions?, endsOn?})
//   admitOrganisation({invitation, member, role?, profile?, ground?})
//   publishCharter({charter?, title, text, flows, purposes, bases, transition_days, parties?}): {charter, version}
//   signCharter({charter, version, coversBranches?})   createTeam({name, structures?}): id
//   endCharter(charter)   createCircle({team, class, members}): id   addRecoveryKey(): {member, code}   endMember(member)
//   setMember({member, role, profile, ground?, groundText?, teams, permissions, endsOn?})   revokeDevice(device)
//   rotateCircle(circle)   grantCircle({circle, member})   enrolments(): Enrolment[]
//   proposePassphrase(): seven words   passphraseStrength(text): {bits, ok}
export { passphraseStrength, proposePassphrase } from "../crypto/index.js";
export { join, pendingJoin, pollJoin, resumeJoin } from "./join.js";
export { found } from "./ceremony.js";
export { admissionRequests, admit, admitOrganisation, createInvitation, readmit } from "./admission.js";
export { endCharter, publishCharter, signCharter } from "./charters.js";
export {
  addRecoveryKey,
  createCircle,
  createTeam,
  endMember,
  grantCircle,
  revokeDevice,
  setMember,
} from "./organise.js";
export { rotateCircle } from "./rotations.js";
export { reopenWithSheet } from "./sheet.js";

// ACTS: seal, sign and store in one strict transaction; resolve once it is on the disk
//   openDossier({items, team?, orientation?, draftId?}): dossier id    correctDossier({dossier, items, draftId?}): event ids
//   recordReception({dossier?, mode, needs, firstHelp, text?, narrative?, adults?, children?, on?, draftId?}): {reception}
//   recordNote({dossier?, text, draftId?}): {note}
//   giveConsent({dossier, recipient (organisation), categories, purpose, duration, method, alone, trace, notice, place?, draftId?}): {consent}
//   refuseConsent({dossier, recipient, categories, notice?, method?, alone?, trace?, draftId?}): {refusal}
//   withdrawConsent({consents, categories?, draftId?}): {withdrawal}
//   orient(OrientationDraft): {consent, orientation}
//   openOrientation(id): fact, once    answer({orientation, state, reason?, outcome?, text?, draftId?}): {answer}
//   cancel({orientation, state, draftId?}): {cancellation}
export { correctDossier, openDossier, recordNote, recordReception } from "./facts.js";
//   deferConsent(as refuseConsent): {deferral}   withdrawConsent({…, why: "ended"|"invalid"|"mistake"}): by the organisation
//   newPaper(): ShownPaper   readCard(text): ShownPaper   reissue({dossier, receipt}): {receipt}
//   hasStanding(dossier): boolean   dossierOfCode(typed): dossier id|null
export { deferConsent, giveConsent, refuseConsent, withdrawConsent } from "./consents.js";
//   recordAnswers({dossier, replies: [{recipient, yes, no, later}], receipt?, …as giveConsent}): {consents}   one pass, one paper
export { recordAnswers } from "./answers.js";
//   endingSoon(): ConsentRow[]   in force, with 30 days left at most
export { endingSoon } from "./reminders.js";
export { dossierOfCode, hasStanding, newPaper, readCard, reissue } from "./receipts.js";
export { answer, cancel, openOrientation, orient } from "./orientations.js";

// ASK: synchronous, on the in-memory projection
//   people(query?): PersonRow[]   dossier(id): DossierView|null   orientations("inbox"|"sent"): OrientationRow[]
//   orientation(id): Orientation|null   recipients(): Recipient[]   shareable({recipient: {organisation, team}}): Shareable[]
//   checkOrientation(draft, step? "consent"): null|{code, message}   counts(): Counts   syncStatus(): SyncStatus
//   nameOf(member): string   organisationName(id): string   roster(): RosterView   enrolments(): Enrolment[]
export { dossier, people } from "./people.js";
export { orientation, orientations } from "./ask.js";
export { checkOrientation, recipients, shareable } from "./allow.js";
export { enrolments, nameOf, organisationName, roster } from "./names.js";
export { counts, syncStatus } from "./status.js";

// DIRECTORY: async; searched in memory, nothing of it is sent
//   findPlaces(PlacesAsked?, now?): PlacesFound   place(id): Place|null   communes(typed): Commune[]   askable()
//   directoryState(): DirectoryState   chooseTerritory(codes|null)
//   reportMistake({place, field, text}): id   mistakes(): Mistake[]   dropMistake(id)
export { chooseTerritory, directoryState, place } from "./directory.js";
export { askable, communes, findPlaces } from "./directory-search.js";
export { plain } from "./labels.js";
export { dropMistake, mistakes, reportMistake } from "./mistakes.js";

// WHAT PEOPLE ARE SHOWN (synchronous, once `loadNotices` read the device; French before)
//   noticeOffers(): NoticeOffer[]   noticeText(language, variant): NoticeText|null   wordsOf(language): Words   dpo(): string
//   fetchText(sha256): Promise<string|null>   by hash, without a session
export { dpo, loadNotices, noticeOffers, noticeText, wordsOf } from "./notices.js";
export { fetchText } from "./notice-texts.js";

// OUTBOX, DRAFTS, STORAGE
//   toCorrect(): Promise<CorrectionRow[]>   retry(id)   exportSealed(id): Promise<Blob>   discard(id, confirmedTwice: true)
//   saveDraft(key, object)   draft(key): Promise<object|null>   dropDraft(key)   drafts(): Promise<Draft[]>
//   storageState(): Promise<StorageState>   noteVanishedRead(): a person read that data vanished
export { discard, exportSealed, retry, toCorrect } from "./correct.js";
export { draft, drafts, dropDraft, saveDraft } from "./drafts.js";
export { checkStorage, storageState } from "./storage.js";
export { noteVanishedRead } from "./profiles.js";

// FOR sync/ ONLY
export { noteVerdicts, outboxBatch } from "./outbox.js";
export { cursors, keep } from "./keep.js";
export { isPage } from "./judge.js";
export { runPurges } from "./purge.js";
export { remakeStale } from "./remake.js";
export { dropToken, sessionToken } from "./token.js";
export { memberDatabases } from "./profiles.js";
export { noteSync } from "./status.js";
export { keepNotices, noticeTag } from "./notice-texts.js";
export { directoryAsked, keepDirectory } from "./directory.js";
export { mistakesToSend, noteMistakes } from "./mistakes.js";
import "./packing.js"; // it begins by itself
