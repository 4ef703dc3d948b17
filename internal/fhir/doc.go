// Package fhir shows what other rooms hold as FHIR R4 resources, and takes requests for an opinion from other software.
//
// Vocabulary. A Kind is a type of resource that this server answers for: how it is read, how it is searched, what may be included.
// From the table of kinds (kinds.go) come the routes, the CapabilityStatement and the tests. A Client is another program with a
// secret of its own (clients.go); the Exchange (exchange.go) is the door of such programs, after the draft national guide “Confluences
// Téléexpertise” 0.1.0: closed unless the installation opens it.
//
// Who may what. Structures are public, their members are not: the rooms behind decide, with the same methods as the pages. A case
// of tele-expertise is read by whoever has a part in it, each reading is recorded, the health agency never reaches one. A client
// creates drafts in the name of a requester who is a member of a pool, and follows their states; it reads no patient and no answer.
// The requester completes and sends the draft themselves, signed in with a second factor.
//
// Nothing is kept here but the clients and what they sent (to recognise a repeat): resources are drawn anew from the rooms each time.
package fhir
