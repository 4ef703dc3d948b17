// Package territory is the room of places: which communes exist, where they lie, who lives there, which doctors practise there, and
// in which zone they stand at a date.
//
// # Vocabulary
//
//   - A commune is named by its INSEE code (five characters, 2A and 2B in Corsica), never by its name. Paris, Lyon and Marseille are
//     "divided": computations and maps use their arrondissements instead. What they do use is called a unit.
//   - EPCI is an intercommunality, EPT one of the eleven territories of Grand Paris.
//   - FTE is full-time equivalents of general practice, by age band. A source that does not tell ages fills the unknown band, which
//     counts whatever the age filter, and is flagged.
//   - ZIP, ZAC and HZ are the zones of general practice, set by a dated decree. QPV is a priority neighbourhood, finer than a commune.
//
// # What is embedded
//
// Embedded gives all of France, made by `make generate` from the open data that tools/territory/package.json pins. Positions are
// GeoNames places; a commune that is too small for GeoNames is placed from those that share its postcode and is marked Estimated.
// DemoSupply invents the demonstration's doctors; Cells draws approximate communes until real contours are imported. Whatever is
// invented, estimated or approximate carries its mark as far as the screen.
//
// # What is imported
//
// A Dataset is one imported version of an official file (package intake reads them), valid from a day on. It is active until an import
// for the same day supersedes it, or until somebody rolls it back, which brings back the one that it superseded. Of the active
// versions of a kind, the one that starts last is in force. Old versions stay readable. An import is all or nothing: one rejected row
// refuses the file, with its line, its column and the reason; a dry run writes nothing.
//
// A Snapshot is the territory in force at a date: immutable, shared, indexed like France.Communes. Service.Snapshot costs one small
// read, and every node sees an import at its next question, thanks to a counter in the database.
//
// # Who may
//
// Administrators import and roll back; officers see versions and reports; what is in force is public.
package territory
