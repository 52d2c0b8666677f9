/** Reads a passage aloud with the device's own voice, when it has one for that language. Keeps nothing. */

/** @type {{lang: string, rate: number}} */
const DEFAULT = { lang: "fr", rate: 0.9 };

/** Whether a voice of this device speaks the language. Some devices load their voices late: ask again at each drawing.
 * @param {string} [lang] */
export function canSpeak(lang = DEFAULT.lang) {
  return voiceFor(lang) !== null;
}

/** @param {string} text @param {string} [lang] */
export function speak(text, lang = DEFAULT.lang) {
  const voice = voiceFor(lang);
  if (!voice) return;
  hush();
  const words = new SpeechSynthesisUtterance(text);
  words.voice = voice;
  words.lang = voice.lang;
  words.rate = DEFAULT.rate;
  speechSynthesis.speak(words);
}

export function hush() {
  if ("speechSynthesis" in globalThis) speechSynthesis.cancel();
}

/** @param {string} lang @returns {SpeechSynthesisVoice|null} */
function voiceFor(lang) {
  if (!("speechSynthesis" in globalThis)) return null;
  const voices = speechSynthesis.getVoices().filter((voice) => voice.lang.toLowerCase().startsWith(lang));
  return voices.find((voice) => voice.localService) ?? null; // a remote voice would send the passage elsewhere
}
