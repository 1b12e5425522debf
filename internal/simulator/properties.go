package simulator

import "cmp"

// kind is what the values of a property are, and so what a filter may ask of it.
type kind int

const (
	text kind = iota
	boolean

	// nested is an object, of which a filter can only ask whether it is there.
	nested
)

// property is a property of a thing that filters and sort criteria may name.
type property[T any] struct {
	kind kind

	// text, truth and present read the property; which of them is set depends on the kind.
	text    func(T) string
	truth   func(T) bool
	present func(T) bool
}

// properties are those of an answer's items, by their names there.
type properties[T any] map[string]property[T]

func textProperty[T any](read func(T) string) property[T] { return property[T]{kind: text, text: read} }

func booleanProperty[T any](read func(T) bool) property[T] {
	return property[T]{kind: boolean, truth: read}
}

func nestedProperty[T any](present func(T) bool) property[T] {
	return property[T]{kind: nested, present: present}
}

// isPresent tells whether a thing has a value. A text may be empty, which is not null.
func (p property[T]) isPresent(thing T) bool { return p.kind != nested || p.present(thing) }

// compare orders two things by the property, false before true.
func (p property[T]) compare(a, b T) int {
	if p.kind == text {
		return cmp.Compare(p.text(a), p.text(b))
	}

	return compareBools(p.truth(a), p.truth(b))
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

// The properties of what the API lists: those of the items that it answers, and no others.
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

	roleProperties = properties[Role]{
		"id":          textProperty(func(role Role) string { return role.ID }),
		"name":        textProperty(func(role Role) string { return role.Name }),
		"description": textProperty(func(role Role) string { return role.Description }),
	}

	unitProperties = properties[BusinessUnit]{
		"id":          textProperty(func(unit BusinessUnit) string { return unit.ID }),
		"referenceId": textProperty(func(unit BusinessUnit) string { return unit.ReferenceID }),
		"name":        textProperty(func(unit BusinessUnit) string { return unit.Name }),
		"description": textProperty(func(unit BusinessUnit) string { return unit.Description }),
	}
)
