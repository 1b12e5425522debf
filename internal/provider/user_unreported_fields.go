package provider

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// warnUnreported warns, once per field and run, if an individual read of a user lacks a field that the resource manages. A
// field that is not reported keeps its value in the state, so its drift cannot be detected. managesExpiry tells whether
// password_expired is managed.
func (s *providerData) warnUnreported(user *iriusrisk.User, managesExpiry bool, diags *diag.Diagnostics) {
	for _, field := range []struct {
		name, attribute string
		reported        bool
	}{
		{"email", "email", user.Email != nil},
		{"firstName", "first_name", user.FirstName != nil},
		{"lastName", "last_name", user.LastName != nil},
		{"enabled", "enabled", user.Enabled != nil},
		{"passwordExpired", "password_expired", user.PasswordExpired != nil || !managesExpiry},
	} {
		if !field.reported {
			s.warnUnreportedField(user.Username, field.name, fmt.Sprintf("The state keeps the value of %s, and changes made outside Terraform cannot be detected.", field.attribute), diags)
		}
	}
}

// warnUnreportedHint warns, once per run, if the hint of a managed API token is not reported.
func (s *providerData) warnUnreportedHint(username string, diags *diag.Diagnostics) {
	s.warnUnreportedField(username, "apiToken.hint", "The token stays in the state, and a rotation or deletion outside Terraform cannot be detected.", diags)
}

func (s *providerData) warnUnreportedField(username, field, consequence string, diags *diag.Diagnostics) {
	if s.unreported.add(field) {
		diags.AddWarning(fmt.Sprintf("IriusRisk does not report the field %q", field),
			fmt.Sprintf("The response about user %q lacks the field %s, and responses about other users may lack it too. %s", username, field, consequence))
	}
}
