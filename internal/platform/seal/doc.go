// Package seal encrypts what must not be read by whoever holds the database, the blobs, or a backup of them.
//
// Each object (a télé-expertise case) has a data key of its own, random. Blobs and fields of the object are sealed under it: streams
// with AES-256-GCM-HKDF in segments (tink's construction), small values with AES-256-GCM. The associated data is the object and the
// blob or field: a sealed photograph opens as itself in its own case, and nowhere else. A changed, reordered or cut stream is refused.
//
// Data keys lie in the database, wrapped by a key-encryption key (KEK) of the Keyring, which lies in a file outside the database and
// outside its backups, or in an environment variable. Rotation makes a new KEK (Keyring.Add), wraps every data key again (Vault.Rewrap) and
// later destroys the old one (Keyring.Retire); sealed content is not touched. Forget erases one data key: the object's content is lost everywhere at once (crypto-erasure), and the row that says when
// remains. A backup taken before still holds the wrapped key: the erasure is complete when such backups have expired, or when the
// KEK that wrapped it has been rotated and retired.
package seal
