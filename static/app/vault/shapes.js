/**
 * The shapes the vault gives to screens and takes from them. Types only: this file runs nothing.
 *
 * Every act takes an optional `draftId`: the key of the draft it comes from, dropped in the transaction that saves the
 * act. The same words of the same draft are saved once, whatever the number of taps or tabs; other words, or the same a
 * minute later, are another act.
 * Everything thrown by the vault is a `VaultProblem` `{code, message, retry}` (codes: vocabulary.js PROBLEMS).
 */

/** @typedef {{id: string, name: string}} Named */

/**
 * @typedef {object} Profile  one person on this browser; says nothing about people helped
 * @property {string} member
 * @property {string} account
 * @property {boolean} shared        a tablet several people use
 * @property {string[]} doors        kinds of slots: "passphrase", "passkey", "recovery"
 * @property {boolean} pin           a PIN can reopen it now (memory only)
 * @property {boolean} open
 */

/**
 * @typedef {object} Me
 * @property {string} member
 * @property {string} account
 * @property {string} name
 * @property {{id: string, name: string, kind: string}} organisation
 * @property {string} role           volunteer, worker, supervisor, charter_admin
 * @property {string} profile        A–H
 * @property {string|null} ground    state, profession, function, mission
 * @property {string[]} permissions
 * @property {Named[]} teams
 * @property {string|null} team      the active one
 * @property {string} device
 * @property {boolean} demonstration
 * @property {boolean} shared
 * @property {string} network        its name
 * @property {string} fingerprint    20 digits of the network's authority
 * @property {boolean} mustRenew   someone revoked a device of ours: our keys are to be replaced
 * @property {boolean} authority     holds the authority key (charter administrator)
 */

/** @typedef {"pending"|"accepted"|"held"|"rejected"} SyncState */

/**
 * @typedef {object} Item
 * @property {string} category       C01… or a practical code
 * @property {Record<string, unknown>} fields
 * @property {"person_said"|"document_seen"|"third_party"} source
 * @property {string} [noted_on]     date
 */
/** @typedef {Item & {noted_on: string, at: string, by: string, event: string}} KnownItem */

/**
 * @typedef {object} TimelineRow
 * @property {string} id             event id
 * @property {string} type           event type
 * @property {string} at             instant, the author's clock
 * @property {string|null} receivedAt
 * @property {string} by             the author's name
 * @property {boolean} late          received more than a day after it was written
 * @property {SyncState} sync
 * @property {object[]} content      the opened sections, each with its `kind`
 * @property {number} unreadable     sections that could not be opened (placeholder: problem cannot_open)
 * @property {object} clear          the signed clear fields of its type (state, categories…)
 */

/**
 * @typedef {object} ConsentRow
 * @property {string} id
 * @property {string} dossier
 * @property {string} recipient      organisation id
 * @property {string} recipientName
 * @property {string[]} categories
 * @property {string} purpose
 * @property {string} at
 * @property {string} until          instant
 * @property {boolean} inForce
 * @property {"given"|"renewed"|"refused"|"deferred"|"withdrawn"|"ended"|"invalid"|"mistake"|"expired"} status
 * @property {boolean} onPaper       a receipt was given for it
 * @property {SyncState} sync
 */

/**
 * @typedef {object} OrientationRow
 * @property {string} id
 * @property {string} state
 * @property {string} stateLabel
 * @property {boolean} mine          sent by my team (otherwise received by it)
 * @property {string|null} dossier   the sender's (link), or the one opened for it by the recipient
 * @property {string} label          what the row shows: the appellation if known, otherwise the need's label
 * @property {{organisation: string, organisationName: string, team: string, teamName: string}} from
 * @property {{organisation: string, organisationName: string, team: string, teamName: string}} to
 * @property {string|null} need      code
 * @property {string|null} place     place id the sender chose
 * @property {number} level
 * @property {string} sentAt
 * @property {string|null} receivedAt
 * @property {string} deadline
 * @property {string|null} replyBy
 * @property {boolean} opened        shown as « reçue »
 * @property {SyncState} sync        of its newest act of ours
 * @property {boolean} late          still awaits an answer past `replyBy`, or 10 days after it was sent
 */
/**
 * @typedef {OrientationRow & {
 *   request: {need: string, text?: string, place?: string, sender_team?: string}|null,
 *   items: Item[], sent: string[], necessity: string|null, consent: string|null, purpose: string, until: string,
 *   follows: string|null,
 *   history: {id: string, state: string, stateLabel: string, at: string, by: string, reason: string|null,
 *             outcome: string|null, text: string|null, sync: SyncState}[],
 *   moves: string[], readable: boolean, why: string|null, unreadable: number, takenBack: TakenBack|null
 * }} Orientation
 * `sent`: the category codes sent. `moves`: states the viewer may set now. `why`: French sentence when not readable.
 */

/** What was withdrawn of what was sent. `readOn`: when the recipient team first opened it. @typedef {{codes: string[], all: boolean, at: string, byPerson: boolean, readOn: string|null}} TakenBack */

/**
 * @typedef {object} DossierView
 * @property {string} dossier
 * @property {string} team
 * @property {string} label
 * @property {string} detail
 * @property {"open"|"bound"} class  where it was opened
 * @property {KnownItem[]} items     newest per category
 * @property {TimelineRow[]} timeline newest first
 * @property {ConsentRow[]} consents
 * @property {OrientationRow[]} orientations
 * @property {string|null} openedFor  the received orientation it was opened for
 */
/** @typedef {{dossier: string, label: string, detail: string, lastAt: string, sync: SyncState}} PersonRow */

/**
 * @typedef {object} Recipient
 * @property {string} organisation
 * @property {string} organisationName
 * @property {string} team
 * @property {string} teamName
 * @property {string} kind           of the organisation
 * @property {string[]} structures   place ids
 * @property {boolean} awaitsRotation cannot receive for now
 */
/** @typedef {{code: string, label: string, level: number, mark: string, allowed: boolean, refusal: string|null, message: string|null}} Shareable */

/**
 * @typedef {object} Notice
 * @property {string} id
 * @property {string} sha256
 * @property {string} language
 * @property {string} variant
 * @property {boolean} read_aloud
 */
/**
 * @typedef {object} ConsentAnswer
 * @property {string[]} given        category codes answered yes
 * @property {string[]} [refused]    answered no
 * @property {string} purpose
 * @property {string} duration       P1D P1M P6M P12M
 * @property {string} method         oral_face, oral_phone, drawn_signature, written_paper, representative
 * @property {boolean} alone
 * @property {boolean} trace
 * @property {Notice} notice
 * @property {string} [place]        where the signed paper is kept
 * @property {string} [who]          adult, accompanied (a minor with the holder of parental authority), protected
 * @property {string} [quality]      of who answers for the person: parent, guardian…
 * @property {string} [evidence]     what was seen of that quality
 * @property {string} [protector]    the part taken by who protects an adult
 * @property {string} [interpreter]  who, and of which service
 * @property {string} [witness]
 * @property {string} [drawing]      an SVG path drawn by the person
 */
/**
 * @typedef {object} OrientationDraft
 * @property {string} dossier
 * @property {{organisation: string, team: string}} recipient
 * @property {string} need
 * @property {string} [text]
 * @property {string} [place]
 * @property {Item[]} items
 * @property {ConsentAnswer} consent
 * @property {string} [necessity]
 * @property {string} [replyBy]      instant
 * @property {string} [follows]      orientation id
 * @property {import("./receipts.js").WantedReceipt} [receipt]  the paper the agreement is written on, whose secret is not kept
 * @property {string} [draftId]
 */

/** @typedef {{pending: number, held: number, rejected: number, accepted: number, inbox: number, late: number}} Counts */
/**
 * @typedef {object} SyncStatus
 * @property {"idle"|"working"|"waiting"|"signin"|"suspended"} state
 * @property {string|null} lastSyncAt  instant of the last complete reading
 * @property {string} text             French sentence for the sync line
 * @property {string[]} notes          further French sentences: suspension, clock, gaps, lease, vanished database, room left
 */
/** @typedef {{id: string, type: string, code: string, message: string, at: string, state: "rejected"|"held", retry: boolean, dossier: string|null, orientation: string|null}} CorrectionRow */

/**
 * @typedef {object} AdmissionRequest
 * @property {string} invitation
 * @property {string} member
 * @property {string} name
 * @property {string} account
 * @property {string} code           20 digits in groups of 4, to compare aloud
 * @property {boolean} verified      the HMAC under the invitation's secret is right
 * @property {"waiting"|"admitted"} state
 * @property {"member"|"organisation"} kind
 * @property {{id: string, name: string, kind: string}|null} organisation
 * @property {boolean} returning     a member of ours asks to be let in again, with new keys
 * @property {string} postedAt
 */
/**
 * @typedef {object} RosterMember
 * @property {string} id
 * @property {string} name
 * @property {string} role
 * @property {string|null} profile
 * @property {string|null} ground
 * @property {string|null} groundText
 * @property {string[]} permissions
 * @property {string[]} teams
 * @property {string|null} endsOn
 * @property {boolean} ended
 */
/**
 * @typedef {object} RosterView     my organisation's, and what every signatory knows of the others
 * @property {{id: string, name: string, structures: string[]}[]} teams
 * @property {RosterMember[]} members
 * @property {{id: string, team: string, class: string, epoch: number, holders: string[], awaitsRotation: boolean, mine: boolean, able: string[]}[]} circles  `able`: members who have its key and may rotate it
 * @property {{id: string, version: number, title: string, text: string, ended: boolean, signedVersion: number|null, signatories: string[], parties: string[]|null}[]} charters
 * @property {{id: string, name: string, kind: string, teams: Named[]}[]} organisations
 */
/** @typedef {{device: string, member: string, name: string, number: number, at: string, revoked: boolean, mine: boolean}} Enrolment  `number`: of its statement, newest first; `at`: when the device said it was made */
/** @typedef {{persisted: boolean|null, quota: number|null, usage: number|null, vanished: boolean}} StorageState */
/** @typedef {{account: string, code: string, fingerprint: string}} Sheet  printed, and kept nowhere */
/** @typedef {{fingerprint: string, recovery: Sheet}} Founded */
/** @typedef {Record<string, any> & {id: string, name: string}} Place  protocol.md, Place; `name` is its `nom` */
/**
 * @typedef {object} PlacesAsked
 * @property {string} [query]        words of a name, town, street or service
 * @property {string} [need]         code
 * @property {string} [audience]     a public of data·inclusion
 * @property {string} [language]
 * @property {boolean} [free]
 * @property {boolean} [openNow]
 * @property {{latitude: number, longitude: number}} [from]
 * @property {number} [withinKm]
 * @property {ReadonlySet<string>} [only]     ids
 * @property {ReadonlySet<string>} [without]  ids
 */
/** @typedef {{place: Place, km: number|null}} PlaceFound  `km` from where it was asked, as the crow flies */
/** @typedef {{total: number, rows: PlaceFound[]}} PlacesFound  at most 100 rows, the best first */
/** @typedef {{count: number, bytes: number, chosen: string[]|null, codes: string[], at: string|null, isHere: boolean}} DirectoryState  `chosen` null: as proposed; `codes` empty: everything */
/** @typedef {{departements: {code: string, places: number}[], communes: {code: string, nom: string, places: number}[]}} Territories */
/** @typedef {{id: string, place: string, field: string, text: string, at: string, refused: string|null}} Mistake  `refused`: the code of the server's refusal */
/** @typedef {{key: string, at: string, value: object}} Draft */

export {};
