package iriusrisk

import "testing"

// Usernames that fold to one key are exactly those that strings.EqualFold holds equal.
func TestFoldUsername(t *testing.T) {
	t.Parallel()

	for _, pair := range [][2]string{{"Ada", "aDA"}, {"Kelvin", "\u212aelvin"}, {"ÉCLAIR", "éclair"}, {"o d/d", "O D/D"}} {
		if FoldUsername(pair[0]) != FoldUsername(pair[1]) {
			t.Errorf("%q and %q fold differently", pair[0], pair[1])
		}
	}

	if FoldUsername("ada") == FoldUsername("adá") {
		t.Error("different usernames fold alike")
	}
}
