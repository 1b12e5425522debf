package main

import (
	"context"
	"maps"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	iriusrisk "github.com/iriusrisk/terraform-provider-iriusrisk/internal/provider"
)

// ownSchema returns the schema of this provider.
func ownSchema(t *testing.T) schema {
	t.Helper()

	read, err := providerSchema(t.Context())
	if err != nil {
		t.Fatal(err)
	}

	return read
}

// The schema has what the protocol transfers, and what only plans show.
func TestProviderSchema_elements(t *testing.T) {
	t.Parallel()

	read := ownSchema(t)

	for path, want := range map[string]element{
		"provider.api_token":                                     {Type: "String", Optional: true, Sensitive: true},
		"provider.max_retries":                                   {Type: "Number", Optional: true, Default: "4"},
		"resource iriusrisk_user.username":                       {Type: "String", Required: true, Replaces: true},
		"resource iriusrisk_user.email":                          {Type: "String", Required: true},
		"resource iriusrisk_user.enabled":                        {Type: "Bool", Optional: true, Computed: true, Default: "true"},
		"resource iriusrisk_user.deletion_policy":                {Type: "String", Optional: true, Computed: true, Default: `"delete"`},
		"resource iriusrisk_user.revoke_on_disable":              {Type: "Set[String]", Optional: true, Computed: true, Default: `["sessions"]`},
		"resource iriusrisk_user.password_wo":                    {Type: "String", Optional: true, WriteOnly: true},
		"resource iriusrisk_user.id":                             {Type: "String", Computed: true},
		"resource iriusrisk_user_role.role_id":                   {Type: "String", Optional: true, Computed: true, Replaces: true},
		"resource iriusrisk_user_api_token.rotate_when_changed":  {Type: "Map[String]", Optional: true, Replaces: true},
		"identity iriusrisk_user.username":                       {Type: "String", Required: true},
		"data source iriusrisk_users.users":                      {Type: "Nested[LIST]", Computed: true},
		"data source iriusrisk_users.users.enabled":              {Type: "Bool", Computed: true},
		"ephemeral resource iriusrisk_user_api_token.username":   {Type: "String", Required: true},
		"list resource iriusrisk_user.filter":                    {Type: "String", Optional: true},
		"action iriusrisk_send_reset_password_email.username":    {Type: "String", Required: true},
		"action iriusrisk_send_reset_password_email":             {},
		"resource iriusrisk_user_business_unit.business_unit_id": {Type: "String", Optional: true, Computed: true, Replaces: true},
	} {
		got := read[path]
		if got.Description == "" {
			t.Errorf("%s has no description", path)
		}

		if got.Description = ""; got != want {
			t.Errorf("%s is %+v, want %+v", path, got, want)
		}
	}
}

// What a description says about replacements and defaults is what the provider plans.
func TestProviderSchema_descriptionsMatchPlans(t *testing.T) {
	t.Parallel()

	replacement := regexp.MustCompile(`forces a new .+ to be created`)
	// The attributes that are computed from these say so themselves.
	viewsOfIDs := regexp.MustCompile(`^resource iriusrisk_user_(role|business_unit)\.(role|business_unit)_name$`)

	for path, facts := range ownSchema(t) {
		if !strings.HasPrefix(path, "resource ") || !strings.Contains(path, ".") {
			continue
		}

		if described := replacement.MatchString(facts.Description); described != facts.Replaces && !viewsOfIDs.MatchString(path) {
			t.Errorf("%s forces a replacement: %t, and its description says %t", path, facts.Replaces, described)
		}

		described := describedDefault.FindStringSubmatch(facts.Description)

		switch {
		case facts.Default == `""`:
			if !strings.Contains(facts.Description, "Defaults to an empty ") {
				t.Errorf("the description of %s does not say that it is empty by default", path)
			}
		case facts.Default == "" && described != nil, facts.Default != "" && (described == nil || described[1] != strings.Trim(facts.Default, `"`)):
			t.Errorf("%s has the default %s, and its description says %q", path, facts.Default, described)
		}
	}
}

// A schema without one of the blocks that the provider registers is an error.
func TestProviderSchema_missingBlocks(t *testing.T) {
	t.Parallel()

	p := iriusrisk.New("test")()
	registered := registeredBlocks(t.Context(), p)
	whole := ownSchema(t)

	for path := range whole {
		partial := maps.Clone(whole)
		maps.DeleteFunc(partial, func(other string, _ element) bool { return other == path || strings.HasPrefix(other, path+".") })

		if parent(path) == "" && partial.checkComplete(registered) == nil {
			t.Errorf("a schema without %s is complete", path)
		}
	}

	if (schema{}).checkComplete(noBlocks()) == nil {
		t.Error("an empty schema is complete")
	}
}

// Functions, nested blocks and diagnostics are read too.
func TestReadSchema_everyKind(t *testing.T) {
	t.Parallel()

	inner := &tfprotov6.SchemaBlock{Attributes: []*tfprotov6.SchemaAttribute{{Name: "a", Type: tftypes.Bool, Required: true}}}
	served := &tfprotov6.GetProviderSchemaResponse{
		Provider: &tfprotov6.Schema{Version: 2, Block: &tfprotov6.SchemaBlock{Deprecated: true, BlockTypes: []*tfprotov6.SchemaNestedBlock{{
			TypeName: "inner", Nesting: tfprotov6.SchemaNestedBlockNestingModeList, MinItems: 1, MaxItems: 2, Block: inner,
		}}}},
		Functions: map[string]*tfprotov6.Function{"f": {
			Summary: "Does f.", Description: "Quickly.", DeprecationMessage: "Use g.", Return: &tfprotov6.FunctionReturn{Type: tftypes.String},
			Parameters:        []*tfprotov6.FunctionParameter{{Name: "p", Description: "The p.", Type: tftypes.Number, AllowNullValue: true}},
			VariadicParameter: &tfprotov6.FunctionParameter{Name: "q", Description: "Others.", Type: tftypes.List{ElementType: tftypes.Bool}},
		}},
	}
	identities := &tfprotov6.GetResourceIdentitySchemasResponse{IdentitySchemas: map[string]*tfprotov6.ResourceIdentitySchema{
		"x": {Version: 2, IdentityAttributes: []*tfprotov6.ResourceIdentitySchemaAttribute{{Name: "i", Type: tftypes.String, OptionalForImport: true, Description: "The i."}}},
	}}

	read, err := readSchema(t.Context(), &fixedServer{served: served, identities: identities})

	want := schema{
		"provider":         {Version: 2, Deprecated: true},
		"provider.inner":   {Type: "Block[LIST, 1 to 2]"},
		"provider.inner.a": {Type: "Bool", Required: true},
		"identity x":       {Version: 2},
		"identity x.i":     {Type: "String", Optional: true, Description: "The i."},
		"function f":       {Type: "String", Deprecated: true, Description: "Does f.\nQuickly."},
		"function f.1":     {Type: "Number", Required: true, Nullable: true, Description: "p: The p."},
		"function f.rest":  {Type: "List[Bool]", Description: "q: Others."},
	}
	if err != nil || !maps.Equal(read, want) {
		t.Errorf("got %v and the error %v, want %v", read, err, want)
	}

	identities.Diagnostics = []*tfprotov6.Diagnostic{{Severity: tfprotov6.DiagnosticSeverityError, Summary: "Wrong schema", Detail: "An attribute has no type."}}
	if _, err := readSchema(t.Context(), &fixedServer{served: served, identities: identities}); err == nil || !strings.Contains(err.Error(), "An attribute has no type.") {
		t.Errorf("the error is %v", err)
	}
}

// fixedServer is a provider that only returns schemas.
type fixedServer struct {
	tfprotov6.ProviderServer

	served     *tfprotov6.GetProviderSchemaResponse
	identities *tfprotov6.GetResourceIdentitySchemasResponse
}

func (s *fixedServer) GetProviderSchema(context.Context, *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	return s.served, nil
}

func (s *fixedServer) GetResourceIdentitySchemas(context.Context, *tfprotov6.GetResourceIdentitySchemasRequest) (*tfprotov6.GetResourceIdentitySchemasResponse, error) {
	return s.identities, nil
}
