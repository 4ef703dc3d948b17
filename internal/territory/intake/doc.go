// Package intake reads official files into tables: what is in them, what is wrong in them, and where.
//
// It is pure: it reads a stream and gives back a Content and a Report. It knows nothing of databases, clocks or people.
//
// A file is read to its end even when a row is wrong, so that one reading names every problem with its line and its column. One
// rejected row refuses the file. What an official file is known to hold and that a table cannot take (a doctor without a commune in
// the national register, say) is ignored, counted and listed: the Format says which. What may be wrong, and only its reader can tell
// (a last line without an end may have been cut), is accepted with a warning.
//
// Files come as they are: UTF-8 with or without a byte-order mark or Windows-1252 (decided line by line), LF or CRLF, "," or ";" or
// tab, quoted or not, decimal comma or point, former commune codes (followed to the commune of today and reported).
package intake
