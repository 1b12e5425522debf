package simulator

import "testing"

func TestPasswordPolicy_acceptsStrongPasswordsOnly(t *testing.T) {
	t.Parallel()

	for password, strong := range map[string]bool{
		"correct-Horse7-battery": true,
		"Ünïcödé-Wörter!":        true,
		"Twelve-Chars":           false,
		"Thirteen-Char":          true,
		"nouppercase-at-all":     false,
		"NOLOWERCASE-AT-ALL":     false,
		"NothingSpecialHere1":    false,
		"Nothing Special Here 1": false,
		"Écrit sans ponctuation": false,
		"pASSWORD12345!":         false,
		"Has-ADA-inside-it":      false,
		"":                       false,
	} {
		if weakness := passwordWeakness(&password, "ada"); (weakness == "") != strong {
			t.Errorf("%q: %q", password, weakness)
		}
	}

	if weakness := passwordWeakness(nil, "ada"); weakness != "" {
		t.Errorf("no password: %q", weakness)
	}
}
