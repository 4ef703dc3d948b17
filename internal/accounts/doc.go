// Package accounts knows who is there and what they may do: people, organisations, roles with their territory, sign-in, sessions.
//
// An Actor is whoever asks for an operation: a signed-in person, nobody (the zero Actor) or the system itself (a job, a command).
// A Grant is a role with the place where it holds: everywhere, a region, a département, a structure. A Scope is where an object is
// and whose it is. A Permission is declared once, by the room that needs it, with the roles that hold it and how far each reaches:
//
//	var permFile = accounts.Declare("calls.file", i18n.Text{FR: "Déposer un dossier", EN: "File an application"},
//		accounts.Allow{Role: accounts.RoleApplicant, Reach: accounts.InStructure})
//
// What is not declared is refused, and what is declared is refused to whoever is not listed. A service calls Actor.Require with the
// scope of the object it holds; a page's route names its permission and is closed to those who hold it nowhere.
//
// A person is invited, then active, then possibly disabled. An account enters by password (argon2id) and, when enrolled, by a second
// factor (TOTP, passkey or recovery code), or by a passkey alone. The second factor is mandatory for those who meet patients and for
// administrators; until it is given, the roles that need it do not count. Tokens (sessions, invitations, resets) are random; only
// their SHA-256 is stored.
package accounts
