/**
 * The opened sections of one event, by name: as a map, or as the text of a chunk until somebody asks for them. Most
 * events of a device are in a list by their clear fields alone, and their sections asked for when a dossier is.
 */

/** @typedef {Uint8Array<ArrayBuffer>} Bytes */

const ENCODER = new TextEncoder();
const DECODER = new TextDecoder();

export class Opened {
  /** @type {Map<string, any>|null} */ #map;
  /** @type {Bytes|null} */ #text;

  /** @param {Map<string, any>|null} map @param {Bytes|null} [text] as `textOf` made it, where there is no map */
  constructor(map, text = null) {
    this.#map = map;
    this.#text = text;
  }

  /** @returns {Map<string, any>} */
  #all() {
    this.#map ??= new Map(this.#text ? JSON.parse(DECODER.decode(this.#text)) : []);
    return this.#map;
  }

  get size() {
    return this.#all().size;
  }

  /** @param {string} name @returns {any} undefined: none of that name */
  get(name) {
    return this.#all().get(name);
  }

  values() {
    return this.#all().values();
  }

  [Symbol.iterator]() {
    return this.#all()[Symbol.iterator]();
  }

  /** What was purged stays in no memory: the text is part of a chunk, which the others keep. */
  wipe() {
    this.#text?.fill(0);
    this.#text = null;
    this.#map = null;
  }
}

/** @param {Opened} opened @returns {Bytes} */
export function textOf(opened) {
  return ENCODER.encode(JSON.stringify([...opened]));
}
