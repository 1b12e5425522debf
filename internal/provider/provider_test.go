package provider

import (
	"maps"
	"slices"
	"testing"
)

// The provider registers exactly these types.
func TestProvider_registersItsBlocks(t *testing.T) {
	t.Parallel()

	schema := newUnconfigured(t).schema

	for kind, blocks := range map[string]struct{ got, want []string }{
		"resources": {slices.Sorted(maps.Keys(schema.ResourceSchemas)), []string{
			"iriusrisk_business_unit", "iriusrisk_business_unit_users_exclusive", "iriusrisk_role",
			"iriusrisk_user", "iriusrisk_user_api_token", "iriusrisk_user_business_unit", "iriusrisk_user_business_units_exclusive", "iriusrisk_user_role", "iriusrisk_user_roles_exclusive",
			"iriusrisk_users_exclusive",
		}},
		"data sources": {slices.Sorted(maps.Keys(schema.DataSourceSchemas)), []string{
			"iriusrisk_business_unit", "iriusrisk_business_units", "iriusrisk_current_user", "iriusrisk_permissions", "iriusrisk_role", "iriusrisk_roles",
			"iriusrisk_user", "iriusrisk_user_activity", "iriusrisk_user_invitation", "iriusrisk_user_sessions", "iriusrisk_users", "iriusrisk_users_summary",
		}},
		"ephemeral resources": {slices.Sorted(maps.Keys(schema.EphemeralResourceSchemas)), []string{"iriusrisk_user_api_token"}},
		"list resources":      {slices.Sorted(maps.Keys(schema.ListResourceSchemas)), []string{"iriusrisk_business_unit", "iriusrisk_role", "iriusrisk_user", "iriusrisk_user_business_unit", "iriusrisk_user_role"}},
		"actions":             {slices.Sorted(maps.Keys(schema.ActionSchemas)), []string{"iriusrisk_invite_user", "iriusrisk_revoke_user_sessions", "iriusrisk_send_reset_password_email"}},
		"functions":           {slices.Sorted(maps.Keys(schema.Functions)), []string{"filter", "people_from_csv"}},
	} {
		if !slices.Equal(blocks.got, blocks.want) {
			t.Errorf("%s: %q, want %q", kind, blocks.got, blocks.want)
		}
	}
}
