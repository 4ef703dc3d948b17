// The phone's database: one store of sealed entries, one of keys.
const database = "maillage-telexpertise";

let opened: Promise<IDBDatabase> | undefined;

export function open(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(database, 2);
    asked.onupgradeneeded = () => {
      for (const old of [...asked.result.objectStoreNames]) asked.result.deleteObjectStore(old);
      asked.result.createObjectStore("sealed");
      asked.result.createObjectStore("keys");
    };
    asked.onsuccess = () => {
      // Another page wipes the store: let go, so that it can.
      asked.result.onversionchange = () => {
        asked.result.close();
        opened = undefined;
      };
      resolve(asked.result);
    };
    asked.onerror = () => reject(asked.error ?? new Error("indexedDB"));
  });
  opened.catch(() => (opened = undefined));
  return opened;
}

export function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("indexedDB"));
  });
}

export function kept(tx: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    tx.oncomplete = () => resolve();
    tx.onabort = tx.onerror = () => reject(tx.error ?? new Error("indexedDB"));
  });
}

export async function read<T>(store: "sealed" | "keys", name: string): Promise<T | undefined> {
  return (await done((await open()).transaction(store).objectStore(store).get(name))) as T | undefined;
}

export async function write(store: "sealed" | "keys", name: string, value: unknown): Promise<void> {
  const tx = (await open()).transaction(store, "readwrite", { durability: "strict" });
  tx.objectStore(store).put(value, name);
  await kept(tx);
}

export async function remove(store: "sealed" | "keys", all: string[]): Promise<void> {
  const tx = (await open()).transaction(store, "readwrite");
  for (const name of all) tx.objectStore(store).delete(name);
  await kept(tx);
}

/** Deletes the database and all that it holds. */
export async function destroy(): Promise<void> {
  if (opened) (await opened).close();
  opened = undefined;
  await new Promise<void>((resolve) => {
    const asked = indexedDB.deleteDatabase(database);
    asked.onsuccess = asked.onerror = asked.onblocked = () => resolve();
  });
}
