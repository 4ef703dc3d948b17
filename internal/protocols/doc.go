// Package protocols is the room of agreements between the agency and a body of professionals: the ARS–URPS protocol is the first.
//
// # Vocabulary
//
// A Protocol is signed for a term by the agency and one partner. It has axes, each with actions. An action may be followed: it names a
// source of projects that other rooms hold (the dossiers of a programme, the practices in difficulty), and what those projects came to
// is counted from them, never typed. Once a year the parties review it: each writes its word, and closing the review freezes the
// figures of that day. From a review it is renewed for another term.
//
// # Lifecycle
//
//	signed → axes → actions → projects ⇄ review → renewed → projects / axes; any → ended
//
// # Who may do what
//
// Everybody reads the axes, the actions, the counts and the closed reviews. The projects one by one, the open review and the history
// are for officers of the region and for the partner. Officers write; the partner may open a review and writes its own word in it.
package protocols
