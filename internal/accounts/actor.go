package accounts

import (
	"context"
	"slices"

	"maillage/internal/platform/fault"
)

// Actor is whoever asks for an operation. The zero Actor is anonymous.
type Actor struct {
	ID, Name, Email string
	Grants          []Grant
	// SecondFactor says that the session was opened, or confirmed, with a second factor.
	SecondFactor bool
	system       bool
	waiting      bool // some roles wait for a second factor
}

// System is the actor of jobs and commands: it may do everything, and its name stays in the audit record.
func System(name string) Actor {
	return Actor{ID: "system:" + name, Name: name, system: true}
}

// Anonymous tells whether nobody is signed in.
func (a Actor) Anonymous() bool { return a.ID == "" }

// IsSystem tells whether a job or a command acts, rather than a person.
func (a Actor) IsSystem() bool { return a.system }

// Has tells whether the actor holds a role, wherever it holds.
func (a Actor) Has(r Role) bool {
	return slices.ContainsFunc(a.Grants, func(g Grant) bool { return g.Role == r })
}

// Roles lists the roles the actor holds, each once, in the order of Roles.
func (a Actor) Roles() []Role {
	var held []Role
	for _, r := range Roles {
		if a.Has(r) {
			held = append(held, r)
		}
	}
	return held
}

// Can tells whether the actor holds a permission on an object that is there. An undeclared permission is held by nobody.
func (a Actor) Can(p Permission, at Scope) bool {
	return a.holds(p, func(allow Allow, g Grant) bool { return allow.reaches(a, g, at) })
}

// CanSomewhere tells whether the actor holds a permission on at least some object: what a route asks before its handler knows which
// object is meant. The service behind it still asks Can for the object itself.
func (a Actor) CanSomewhere(p Permission) bool {
	return a.holds(p, func(allow Allow, g Grant) bool { return allow.possible(a, g) })
}

// holds walks the lines of a permission and the grants of the actor.
func (a Actor) holds(p Permission, covers func(Allow, Grant) bool) bool {
	declared, known := lookup(p)
	if !known {
		return false
	}
	if a.system {
		return true
	}
	for _, allow := range declared.Who {
		switch allow.Role {
		case everybody:
			return true
		case signedIn:
			if !a.Anonymous() && covers(allow, Grant{Role: signedIn}) {
				return true
			}
		default:
			if slices.ContainsFunc(a.Grants, func(g Grant) bool { return g.Role == allow.Role && covers(allow, g) }) {
				return true
			}
		}
	}
	return false
}

// Require is nil when the actor Can; else the fault to hand back: KindUnauthenticated for nobody, KindForbidden for somebody.
func (a Actor) Require(p Permission, at Scope) error {
	return a.refusal(p, a.Can(p, at))
}

// RequireSomewhere is nil when the actor CanSomewhere; else the same faults as Require.
func (a Actor) RequireSomewhere(p Permission) error {
	return a.refusal(p, a.CanSomewhere(p))
}

func (a Actor) refusal(p Permission, allowed bool) error {
	if allowed {
		return nil
	}
	if a.Anonymous() {
		return Unauthenticated()
	}
	if a.waiting {
		f := fault.Forbidden("Votre rôle demande un second facteur : ajoutez-le depuis « Mon compte », puis revenez ici.",
			"Your role needs a second factor: add one from “My account”, then come back.")
		f.Rule = string(p)
		return f
	}
	f := fault.Forbidden("Votre compte ne donne pas accès à ceci. Si vous pensez qu’il le devrait, demandez-le à l’administrateur.",
		"Your account does not give access to this. If you think it should, ask the administrator.")
	f.Rule = string(p)
	return f
}

type actorKey struct{}

// WithActor keeps the actor of a request or of a job in its context.
func WithActor(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, a)
}

// FromContext is the actor of a request or of a job; anonymous when nothing says otherwise.
func FromContext(ctx context.Context) Actor {
	a, _ := ctx.Value(actorKey{}).(Actor)
	return a
}
