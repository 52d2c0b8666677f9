/** What sw.js finds around it: the line web/assets.py writes before its text, and the worker's own scope. */
declare const RELEASE: { id: string; shell: string; pack: string; files: Record<string, string> };

interface WorkerGlobalScope {
  readonly clients: Clients;
  readonly registration: ServiceWorkerRegistration;
  skipWaiting(): Promise<void>;
  addEventListener<K extends keyof ServiceWorkerGlobalScopeEventMap>(
    type: K,
    listener: (event: ServiceWorkerGlobalScopeEventMap[K]) => void,
  ): void;
}
