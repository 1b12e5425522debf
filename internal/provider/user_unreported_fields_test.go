package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// userWithAllFields is a user of whom everything is reported.
func userWithAllFields() *iriusrisk.User {
	return &iriusrisk.User{Username: "ada", Email: new("ada@example.com"), FirstName: new("Ada"), LastName: new("Lovelace"), Enabled: new(true), PasswordExpired: new(false)}
}

// Each field that a direct read lacks is warned of once a run.
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

			if len(diags) != 1 || diags.HasError() || diags[0].Summary() != "IriusRisk does not report the field "+field {
				t.Errorf("a user without the field: %v", diags)
			}

			run.warnUnreported(lacking, true, &diags)

			if len(diags) != 1 {
				t.Errorf("the next user without the field: %v", diags)
			}
		})
	}
}

// A missing password expiry matters only where it is managed.
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
