package provider

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// userWithAllFields is a user with all fields reported.
func userWithAllFields() *iriusrisk.User {
	return &iriusrisk.User{Username: "ada", Email: new("ada@example.com"), FirstName: new("Ada"), LastName: new("Lovelace"), Enabled: new(true), PasswordExpired: new(false)}
}

// Each field that is missing in a direct read causes one warning per run.
func TestWarnUnreported_onceARunForEachField(t *testing.T) {
	t.Parallel()

	for field, remove := range map[string]func(user *iriusrisk.User){
		"email":           func(user *iriusrisk.User) { user.Email = nil },
		"firstName":       func(user *iriusrisk.User) { user.FirstName = nil },
		"lastName":        func(user *iriusrisk.User) { user.LastName = nil },
		"enabled":         func(user *iriusrisk.User) { user.Enabled = nil },
		"passwordExpired": func(user *iriusrisk.User) { user.PasswordExpired = nil },
	} {
		t.Run(field, func(t *testing.T) {
			t.Parallel()

			var diags diag.Diagnostics

			run := newProviderData()
			run.warnUnreported(userWithAllFields(), true, &diags)

			if len(diags) > 0 {
				t.Errorf("a user with all fields: %v", diags)
			}

			lacking := userWithAllFields()
			remove(lacking)
			run.warnUnreported(lacking, true, &diags)

			if len(diags) != 1 || diags.HasError() || diags[0].Summary() != fmt.Sprintf("IriusRisk does not report the field %q", field) {
				t.Errorf("a user without the field: %v", diags)
			}

			run.warnUnreported(lacking, true, &diags)

			if len(diags) != 1 {
				t.Errorf("the next user without the field: %v", diags)
			}
		})
	}
}

// A missing password expiry causes a warning only if the configuration manages it.
func TestWarnUnreported_passwordExpiryThatIsNotManaged(t *testing.T) {
	t.Parallel()

	var diags diag.Diagnostics

	run := newProviderData()
	lacking := userWithAllFields()
	lacking.PasswordExpired = nil
	run.warnUnreported(lacking, false, &diags)

	if len(diags) > 0 {
		t.Errorf("got %v", diags)
	}
}

// A list without a field confirms no state. The provider reads the user individually.
func TestUser_listWithMissingFieldsConfirmsNothing(t *testing.T) {
	t.Parallel()

	for _, field := range []string{"email", "firstName", "lastName", "enabled", "passwordExpired"} {
		server := startServer(t, simulator.Options{})
		server.Seed(20, 1, 1)
		server.OnAnswer("get_users", func(answer *simulator.Answer) {
			page, _ := answer.Body.(map[string]any)["_embedded"].(map[string]any)
			items, _ := page["items"].([]any)

			for _, item := range items {
				if user, ok := item.(map[string]any); ok {
					delete(user, field)
				}
			}
		})

		p := newConfigured(t, server)

		for _, user := range server.Users() {
			if user.Username == "admin" {
				continue
			}

			state := userState(user, nil)

			server.UpdateUser(user.Username, func(user *simulator.User) {
				user.Email, user.FirstName, user.LastName = "new-"+user.Email, "New", "New"
				user.Enabled, user.PasswordExpired = !user.Enabled, !user.PasswordExpired
			})

			read, after := p.read(userType, state)
			p.requireNoErrors(read.Diagnostics)

			if after["email"].Equal(state["email"]) || after["enabled"].Equal(state["enabled"]) {
				t.Errorf("without %s: the drift of user %q is not seen", field, user.Username)
			}
		}
	}
}
