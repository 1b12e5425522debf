package main

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/provider"
)

// The schemas are printed as `terraform providers schema -json` prints them.
func TestWrite(t *testing.T) {
	t.Parallel()

	var out bytes.Buffer

	if err := write(t.Context(), providerserver.NewProtocol6(provider.New("test")())(), &out); err != nil {
		t.Fatal(err)
	}

	var printed any

	if err := json.Unmarshal(out.Bytes(), &printed); err != nil {
		t.Fatal(err)
	}

	for _, test := range []struct {
		path []string
		want any
	}{
		{[]string{"provider", "block", "attributes", "api_token", "sensitive"}, true},
		{[]string{"resource_schemas", "iriusrisk_user", "block", "attributes", "username", "required"}, true},
		{[]string{"resource_schemas", "iriusrisk_user", "block", "attributes", "username", "type"}, "string"},
		{[]string{"resource_schemas", "iriusrisk_user", "block", "attributes", "password_wo", "write_only"}, true},
		{[]string{"resource_schemas", "iriusrisk_user", "block", "attributes", "password_wo_version", "type"}, "number"},
		{[]string{"data_source_schemas", "iriusrisk_users", "block", "attributes", "users", "nested_type", "nesting_mode"}, "list"},
		{[]string{"data_source_schemas", "iriusrisk_users", "block", "attributes", "users", "nested_type", "attributes", "enabled", "type"}, "bool"},
		{[]string{"resource_identity_schemas", "iriusrisk_user_role", "attributes", "role_id", "required_for_import"}, true},
	} {
		at := printed
		for _, key := range append([]string{"provider_schemas", providerAddress}, test.path...) {
			object, _ := at.(map[string]any)
			at = object[key]
		}

		if at != test.want {
			t.Errorf("%v is %v, want %v", test.path, at, test.want)
		}
	}
}
