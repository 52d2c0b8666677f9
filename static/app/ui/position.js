/** Where the device is. Asked only when a person taps for it; given to the caller, kept and sent nowhere. The only user of geolocation. */

const LONGEST_MS = 15_000;

/** @returns {Promise<{latitude: number, longitude: number}|null>} null when the person or the device says no */
export function devicePosition() {
  return new Promise((resolve) => {
    if (!("geolocation" in navigator)) return resolve(null);
    navigator.geolocation.getCurrentPosition(
      ({ coords: { latitude, longitude } }) => resolve({ latitude, longitude }),
      () => resolve(null),
      { enableHighAccuracy: false, maximumAge: 60_000, timeout: LONGEST_MS },
    );
  });
}
