package simulator

import (
	"cmp"
	"time"
)

// kind is the type of a property, which determines the operators that a filter may use.
type kind int

const (
	text kind = iota
	boolean
	instant

	// nested is an object, which a filter can only compare with NULL.
	nested
)

// property is a property that filters and sort criteria may name.
type property[T any] struct {
	kind kind

	// text, truth, time and present read the property; the kind determines which of them is set.
	text    func(T) string
	truth   func(T) bool
	time    func(T) time.Time
	present func(T) bool
}

// properties maps the names of properties in a response to the properties.
type properties[T any] map[string]property[T]

func textProperty[T any](read func(T) string) property[T] { return property[T]{kind: text, text: read} }

func booleanProperty[T any](read func(T) bool) property[T] {
	return property[T]{kind: boolean, truth: read}
}

func instantProperty[T any](read func(T) time.Time) property[T] {
	return property[T]{kind: instant, time: read}
}

func nestedProperty[T any](present func(T) bool) property[T] {
	return property[T]{kind: nested, present: present}
}

// isPresent reports whether the property is not null. An empty string is not null.
func (p property[T]) isPresent(item T) bool { return p.kind != nested || p.present(item) }

// compare orders two items by the property, false before true.
func (p property[T]) compare(a, b T) int {
	switch p.kind {
	case text:
		return cmp.Compare(p.text(a), p.text(b))
	case instant:
		return p.time(a).Compare(p.time(b))
	default:
		return compareBools(p.truth(a), p.truth(b))
	}
}

func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	default:
		return 1
	}
}

// The properties that lists can be filtered and sorted by: those of their items.
var (
	summaryProperties = properties[*user]{
		"id":        textProperty(func(u *user) string { return u.ID }),
		"username":  textProperty(func(u *user) string { return u.Username }),
		"firstName": textProperty(func(u *user) string { return u.FirstName }),
		"lastName":  textProperty(func(u *user) string { return u.LastName }),
	}

	memberProperties = properties[*user]{
		"username": summaryProperties["username"], "firstName": summaryProperties["firstName"], "lastName": summaryProperties["lastName"],
	}

	userProperties = properties[*user]{
		"id": summaryProperties["id"], "username": summaryProperties["username"],
		"firstName": summaryProperties["firstName"], "lastName": summaryProperties["lastName"],
		"email":           textProperty(func(u *user) string { return u.Email }),
		"enabled":         booleanProperty(func(u *user) bool { return u.Enabled }),
		"passwordExpired": booleanProperty(func(u *user) bool { return u.PasswordExpired }),
		"apiToken":        nestedProperty(func(u *user) bool { return u.APIToken != "" }),
	}

	roleProperties = properties[*role]{
		"id":          textProperty(func(role *role) string { return role.ID }),
		"name":        textProperty(func(role *role) string { return role.Name }),
		"description": textProperty(func(role *role) string { return role.Description }),
	}

	unitProperties = properties[BusinessUnit]{
		"id":          textProperty(func(unit BusinessUnit) string { return unit.ID }),
		"referenceId": textProperty(func(unit BusinessUnit) string { return unit.ReferenceID }),
		"name":        textProperty(func(unit BusinessUnit) string { return unit.Name }),
		"description": textProperty(func(unit BusinessUnit) string { return unit.Description }),
	}
)
