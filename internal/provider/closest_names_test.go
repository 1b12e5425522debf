package provider

import (
	"slices"
	"testing"
)

func TestClosestNames(t *testing.T) {
	t.Parallel()

	candidates := []string{"ROLE_DEVELOPER", "ROLE_READ_ONLY", "ROLE_TESTER", "ROLE_TEST_ONLY", "Payments", "payments ", "Platform", "Прилавок"}

	for name, wanted := range map[string][]string{
		"ROLE_DEVELOPR":  {"ROLE_DEVELOPER"},
		"role_read_only": {"ROLE_READ_ONLY"},
		"ROLE_TESTR":     {"ROLE_TESTER"},
		"PAYMENTS":       {"Payments", "payments "},
		"READ_ONLY":      {"ROLE_READ_ONLY"},
		"Finance":        nil,
		"Приметок":       nil,
		"Прилавки":       {"Прилавок"},
		"":               nil,
	} {
		if got := closestNames(name, candidates); !slices.Equal(got, wanted) {
			t.Errorf("%q: got %q, want %q", name, got, wanted)
		}
	}

	if got := didYouMean("PAYMENTS", candidates); got != ` Did you mean "Payments" or "payments "?` {
		t.Errorf("got %q", got)
	}

	if got := didYouMean("Finance", candidates); got != "" {
		t.Errorf("got %q", got)
	}
}
