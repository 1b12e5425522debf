package simulator

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// minPassword is the minimum length of a password in characters (documented: UsersApi, create_user).
const minPassword = 13

// commonPasswords are well-known passwords in lower case that satisfy the rest of the policy.
var commonPasswords = []string{"password12345!", "qwerty1234567!", "administrator1!", "welcome123456!", "iloveyou12345!", "letmein123456!"}

// passwordWeakness describes how a password violates the policy (documented: UsersApi, create_user). It returns "" for
// a valid password and for none.
func passwordWeakness(password *string, username string) string {
	if password == nil {
		return ""
	}

	has := func(is func(rune) bool) bool { return strings.ContainsFunc(*password, is) }
	alphanumeric := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

	// Letters with accents and white space do not count as special characters.
	special := func(r rune) bool { return !alphanumeric(r) && !unicode.IsSpace(r) && !unicode.IsMark(r) }

	switch {
	case utf8.RuneCountInString(*password) < minPassword:
		return "The password must have at least 13 characters"
	case !has(unicode.IsUpper) || !has(unicode.IsLower):
		return "The password must have an uppercase and a lowercase character"
	case !has(special):
		return "The password must have a special character"
	case !has(alphanumeric):
		return "The password must have an alphanumeric character"
	case slices.Contains(commonPasswords, fold(*password)):
		return "The password is commonly used"
	case username != "" && strings.Contains(fold(*password), fold(username)):
		return "The password is related to the username"
	default:
		return ""
	}
}
