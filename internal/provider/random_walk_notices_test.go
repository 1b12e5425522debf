package provider

import (
	"testing"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// Each comparison of the walk detects every change of a user who must not change.
func TestRandomWalk_noticesEveryChange(t *testing.T) {
	t.Parallel()

	user := simulator.User{ID: "1", Username: "ada", Email: "ada@example.com", Enabled: true, APIToken: "token", Sessions: 2, RoleIDs: []string{"r"}, BusinessUnitIDs: []string{"u"}}
	before := map[string]simulator.User{"ada": user}

	for name, change := range map[string]func(*simulator.User){
		"replaced":         func(u *simulator.User) { u.ID = "2" },
		"e-mail":           func(u *simulator.User) { u.Email = "other@example.com" },
		"first name":       func(u *simulator.User) { u.FirstName = "Other" },
		"last name":        func(u *simulator.User) { u.LastName = "Other" },
		"disabled":         func(u *simulator.User) { u.Enabled = false },
		"password expired": func(u *simulator.User) { u.PasswordExpired = true },
		"password":         func(u *simulator.User) { u.Password = "other" },
		"token deleted":    func(u *simulator.User) { u.APIToken = "" },
		"sessions ended":   func(u *simulator.User) { u.Sessions = 0 },
		"token rotated":    func(u *simulator.User) { u.APIToken = "other" },
		"role added":       func(u *simulator.User) { u.RoleIDs = []string{"r", "s"} },
		"role removed":     func(u *simulator.User) { u.RoleIDs = nil },
		"unit added":       func(u *simulator.User) { u.BusinessUnitIDs = []string{"u", "v"} },
		"unit removed":     func(u *simulator.User) { u.BusinessUnitIDs = nil },
	} {
		changed := user
		change(&changed)
		expectNoticed(t, name, before, map[string]simulator.User{"ada": changed})
	}

	expectNoticed(t, "deleted", before, map[string]simulator.User{})

	created := map[string]simulator.User{"ada": user, "grace": {ID: "3", Username: "grace"}}
	if len(unchanged(before).differences(created)) == 0 || len(shownPlan{}.unshown(before, created)) == 0 {
		t.Error("a user who was created is not noticed")
	}

	if differences := unchanged(before).differences(before); len(differences) > 0 {
		t.Errorf("nothing has changed, but: %v", differences)
	}
}

func expectNoticed(t *testing.T, name string, before, after map[string]simulator.User) {
	t.Helper()

	model := unchanged(before)
	if len(model.differences(after)) == 0 || len(model.harm(after, "")) == 0 {
		t.Errorf("%s: the model does not notice it", name)
	}

	if len(shownPlan{}.unshown(before, after)) == 0 {
		t.Errorf("%s: the stored plan does not notice it", name)
	}
}
