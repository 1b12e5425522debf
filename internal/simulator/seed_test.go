package simulator

import (
	"reflect"
	"testing"
)

// The same numbers produce the same tenant except for tokens, and seeding again adds users.
func TestSeed_isDeterministic(t *testing.T) {
	t.Parallel()

	first, second := start(t, Options{}), start(t, Options{})
	first.Seed(50, 20, 10)
	second.Seed(50, 20, 10)

	if !reflect.DeepEqual(first.Users()[1:], second.Users()[1:]) || !reflect.DeepEqual(first.Roles(), second.Roles()) || !reflect.DeepEqual(first.BusinessUnits(), second.BusinessUnits()) {
		t.Error("two seeds differ")
	}

	counts := make(map[string]int)

	for _, user := range first.Users() {
		counts["roles"] = max(counts["roles"], len(user.RoleIDs))
		counts["units"] = max(counts["units"], len(user.BusinessUnitIDs))

		if !user.Enabled {
			counts["disabled"]++
		}
	}

	if counts["roles"] != 3 || counts["units"] != 2 || counts["disabled"] == 0 || len(first.Roles()) != 20 || len(first.BusinessUnits()) != 10 {
		t.Errorf("the seed has %v", counts)
	}

	first.Seed(50, 0, 0)

	usernames := make(map[string]bool)
	for _, user := range first.Users() {
		usernames[user.Username] = true
	}

	if len(usernames) != 101 {
		t.Errorf("there are %d users", len(usernames))
	}
}
