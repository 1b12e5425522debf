package iriusrisk

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ValidateUsername returns an error if the API cannot address a user with the username, or may not store it unchanged. A
// username is one segment of a path (documented: UsersApi), at the same position as the fixed segments summary, invite and
// invitations.
func ValidateUsername(username string) error {
	if err := validateSegment(username); err != nil {
		return err
	}

	if username == "summary" || username == "invite" || username == "invitations" {
		return errors.New("it is the name of another operation of the IriusRisk API, so a user with this name cannot be addressed")
	}

	return ValidateTrimmed(username)
}

// ValidateTrimmed returns an error if a text begins or ends with white space. A server may trim what it stores
// (inferred), and would then never return the same text.
func ValidateTrimmed(text string) error {
	if strings.TrimSpace(text) != text {
		return errors.New("it begins or ends with white space, which IriusRisk may not keep")
	}

	return nil
}

// validateSegment returns an error if a value cannot be a segment of a path. The error does not contain the value, which
// may be a secret.
func validateSegment(value string) error {
	switch {
	case value == "":
		return errors.New("it is empty")
	case value == "." || value == "..":
		return errors.New("it cannot be a segment of a path")
	case strings.ContainsFunc(value, unicode.IsControl):
		return errors.New("it contains a control character")
	default:
		return nil
	}
}

// FoldUsername returns the same key for usernames that differ only in letter case, as strings.EqualFold compares them. It
// is not known whether the server distinguishes them (inferred: it may not), so locks and caches treat them as one user.
func FoldUsername(username string) string {
	return strings.Map(func(r rune) rune {
		// In ASCII, the least of the runes that differ only in case is the upper-case letter.
		if 'a' <= r && r <= 'z' {
			return r - 'a' + 'A'
		}

		if r < utf8.RuneSelf {
			return r
		}

		least := r
		for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
			least = min(least, next)
		}

		return least
	}, username)
}
