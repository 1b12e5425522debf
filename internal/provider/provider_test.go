package provider

import (
	"maps"
	"slices"
	"testing"
)

// Every block of the provider is registered, and nothing else.
func TestProvider_registersItsBlocks(t *testing.T) {
	t.Parallel()

	schema := speakUnconfigured(t).schema

	for kind, blocks := range map[string]struct{ got, want []string }{
		"resources": {slices.Sorted(maps.Keys(schema.ResourceSchemas)), []string{
			"iriusrisk_user", "iriusrisk_user_api_token", "iriusrisk_user_business_unit", "iriusrisk_user_role",
		}},
		"data sources": {slices.Sorted(maps.Keys(schema.DataSourceSchemas)), []string{
			"iriusrisk_business_unit", "iriusrisk_role", "iriusrisk_users",
		}},
	} {
		if !slices.Equal(blocks.got, blocks.want) {
			t.Errorf("%s: %q, want %q", kind, blocks.got, blocks.want)
		}
	}
}
