package iriusrisk

import "testing"

func TestValidateUsername(t *testing.T) {
	t.Parallel()

	for username, want := range map[string]string{
		"ada":              "",
		"Ada Lovelace/ADA": "",
		"ada@example.com":  "",
		"Summary":          "",
		"invite2":          "",
		"":                 "is empty",
		".":                "cannot be a segment of a path",
		"..":               "cannot be a segment of a path",
		"a\nb":             "contains a control character",
		"ada\x00":          "contains a control character",
		"summary":          "is the name of another operation",
		"invite":           "is the name of another operation",
		"invitations":      "is the name of another operation",
		" ada":             "begins or ends with white space",
		"ada\u00a0":        "begins or ends with white space",
	} {
		expectProblem(t, username, ValidateUsername(username), want)
	}
}

func TestValidateTrimmed(t *testing.T) {
	t.Parallel()

	for text, want := range map[string]string{"": "", "Ada Lovelace": "", " Ada": "begins or ends", "Ada\n": "begins or ends"} {
		expectProblem(t, text, ValidateTrimmed(text), want)
	}
}

// Usernames have the same key if and only if strings.EqualFold treats them as equal.
func TestFoldUsername(t *testing.T) {
	t.Parallel()

	for _, pair := range [][2]string{{"Ada", "aDA"}, {"Kelvin", "\u212aelvin"}, {"ÉCLAIR", "éclair"}, {"o d/d", "O D/D"}, {"Moss", "mo\u017f\u017f"}} {
		if FoldUsername(pair[0]) != FoldUsername(pair[1]) {
			t.Errorf("%q and %q fold differently", pair[0], pair[1])
		}
	}

	if FoldUsername("ada") == FoldUsername("adá") {
		t.Error("different usernames fold alike")
	}
}
