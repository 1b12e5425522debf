package provider

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// protocol calls the provider as Terraform does. It covers what no command shows (warnings, private data, identities)
// and features that the CLI is too old for.
type protocol struct {
	t      testing.TB
	server tfprotov6.ProviderServer
	schema *tfprotov6.GetProviderSchemaResponse
}

// newConfigured returns a provider with the API token of the server's administrator.
func newConfigured(tb testing.TB, server *simulator.Server) *protocol {
	tb.Helper()

	p := newUnconfigured(tb)
	p.requireNoErrors(p.configure(values{"endpoint": text(server.URL()), "api_token": text(server.AdminToken())}))

	return p
}

// newUnconfigured returns a provider without a configuration.
func newUnconfigured(tb testing.TB) *protocol {
	tb.Helper()

	p := &protocol{t: tb, server: serverOf(testProvider())}

	schema, err := providerSchema()
	p.noError(err)

	p.schema = schema

	return p
}

// providerSchema is the schema of the provider, which all tests share.
var providerSchema = sync.OnceValues(func() (*tfprotov6.GetProviderSchemaResponse, error) {
	return serverOf(testProvider()).GetProviderSchema(context.Background(), &tfprotov6.GetProviderSchemaRequest{})
})

// withoutRetries returns a configured provider that does not retry, so that each failure reaches the resources.
func withoutRetries(t *testing.T, server *simulator.Server) *protocol {
	t.Helper()

	p := newUnconfigured(t)
	p.requireNoErrors(p.configure(values{"endpoint": text(server.URL()), "api_token": text(server.AdminToken()), "max_retries": tftypes.NewValue(tftypes.Number, 0)}))

	return p
}

// configure configures the provider.
func (p *protocol) configure(config values) []*tfprotov6.Diagnostic {
	p.t.Helper()

	resp, err := p.server.ConfigureProvider(p.t.Context(), &tfprotov6.ConfigureProviderRequest{
		TerraformVersion: "1.14.0", Config: p.object(p.schema.Provider, config),
	})
	p.noError(err)

	return resp.Diagnostics
}

// validate validates the configuration of a resource as a CLI with write-only arguments does.
func (p *protocol) validate(typeName string, config values) []*tfprotov6.Diagnostic {
	p.t.Helper()

	resp, err := p.server.ValidateResourceConfig(p.t.Context(), &tfprotov6.ValidateResourceConfigRequest{
		TypeName: typeName, Config: p.object(p.schema.ResourceSchemas[typeName], config),
		ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: true},
	})
	p.noError(err)

	return resp.Diagnostics
}

// validateData validates the configuration of a data source.
func (p *protocol) validateData(typeName string, config values) []*tfprotov6.Diagnostic {
	p.t.Helper()

	resp, err := p.server.ValidateDataResourceConfig(p.t.Context(), &tfprotov6.ValidateDataResourceConfigRequest{
		TypeName: typeName, Config: p.object(p.schema.DataSourceSchemas[typeName], config),
	})
	p.noError(err)

	return resp.Diagnostics
}

// plan plans a resource. A nil prior state plans a creation, a nil configuration a destruction.
func (p *protocol) plan(typeName string, prior, config values) *tfprotov6.PlanResourceChangeResponse {
	p.t.Helper()

	return p.planPrivate(typeName, prior, config, nil)
}

// planPrivate is plan with the private data of the prior state.
func (p *protocol) planPrivate(typeName string, prior, config values, private []byte) *tfprotov6.PlanResourceChangeResponse {
	p.t.Helper()

	schema := p.schema.ResourceSchemas[typeName]
	resp, err := p.server.PlanResourceChange(p.t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName:         typeName,
		PriorPrivate:     private,
		PriorState:       p.object(schema, prior),
		Config:           p.object(schema, config),
		ProposedNewState: p.object(schema, p.proposed(schema, prior, config)),
	})
	p.noError(err)

	return resp
}

// proposed merges prior state and configuration as Terraform does: a computed attribute that is not configured keeps
// its value, or is unknown without prior state.
func (p *protocol) proposed(schema *tfprotov6.Schema, prior, config values) values {
	if config == nil {
		return nil
	}

	merged := maps.Clone(config)

	for _, attribute := range schema.Block.Attributes {
		if _, configured := config[attribute.Name]; configured || !attribute.Computed {
			continue
		}

		if value, found := prior[attribute.Name]; found {
			merged[attribute.Name] = value
		} else if prior == nil {
			merged[attribute.Name] = tftypes.NewValue(attribute.ValueType(), tftypes.UnknownValue)
		}
	}

	return merged
}

// apply plans a change, applies it and returns the new state.
func (p *protocol) apply(ctx context.Context, typeName string, prior, config values) (*tfprotov6.ApplyResourceChangeResponse, values) {
	p.t.Helper()

	planned := p.plan(typeName, prior, config)
	p.requireNoErrors(planned.Diagnostics)

	return p.applyPlanned(ctx, typeName, prior, config, planned)
}

// applyPlanned applies a planned change and returns the new state.
func (p *protocol) applyPlanned(ctx context.Context, typeName string, prior, config values, planned *tfprotov6.PlanResourceChangeResponse) (*tfprotov6.ApplyResourceChangeResponse, values) {
	p.t.Helper()

	schema := p.schema.ResourceSchemas[typeName]
	resp, err := p.server.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName:        typeName,
		PriorState:      p.object(schema, prior),
		Config:          p.object(schema, config),
		PlannedState:    planned.PlannedState,
		PlannedPrivate:  planned.PlannedPrivate,
		PlannedIdentity: planned.PlannedIdentity,
	})
	p.noError(err)

	return resp, p.decode(schema, resp.NewState)
}

// read refreshes a resource and returns the new state, nil if the resource was removed from it.
func (p *protocol) read(typeName string, state values) (*tfprotov6.ReadResourceResponse, values) {
	p.t.Helper()

	schema := p.schema.ResourceSchemas[typeName]
	resp, err := p.server.ReadResource(p.t.Context(), &tfprotov6.ReadResourceRequest{TypeName: typeName, CurrentState: p.object(schema, state)})
	p.noError(err)

	return resp, p.decode(schema, resp.NewState)
}

// expectImportError imports a resource by an id that is refused, with an error that says the texts.
func (p *protocol) expectImportError(typeName, id string, texts ...string) {
	p.t.Helper()

	resp, err := p.server.ImportResourceState(p.t.Context(), &tfprotov6.ImportResourceStateRequest{TypeName: typeName, ID: id})
	p.noError(err)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, resp.Diagnostics, texts...)
}

// imported imports a resource and reads it, as Terraform does.
func (p *protocol) imported(typeName, id string) values {
	p.t.Helper()

	resp, err := p.server.ImportResourceState(p.t.Context(), &tfprotov6.ImportResourceStateRequest{TypeName: typeName, ID: id})
	p.noError(err)
	p.requireNoErrors(resp.Diagnostics)

	read, state := p.read(typeName, p.decode(p.schema.ResourceSchemas[typeName], resp.ImportedResources[0].State))
	p.requireNoErrors(read.Diagnostics)

	return state
}

// data reads a data source.
func (p *protocol) data(typeName string, config values) ([]*tfprotov6.Diagnostic, values) {
	p.t.Helper()

	schema := p.schema.DataSourceSchemas[typeName]
	resp, err := p.server.ReadDataSource(p.t.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: typeName, Config: p.object(schema, config)})
	p.noError(err)

	return resp.Diagnostics, p.decode(schema, resp.State)
}

// expectData reads a data source and fails the test unless it has the wanted attributes.
func (p *protocol) expectData(typeName string, config, want values) {
	p.t.Helper()

	diagnostics, state := p.data(typeName, config)
	p.requireNoErrors(diagnostics)

	for name, value := range want {
		if !state[name].Equal(value) {
			p.t.Errorf("%s with %v: %s is %v, want %v", typeName, config, name, state[name], value)
		}
	}
}

// expectNoData reads a data source and fails the test unless the error holds every text.
func (p *protocol) expectNoData(typeName string, config values, texts ...string) {
	p.t.Helper()

	diagnostics, _ := p.data(typeName, config)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, diagnostics, texts...)
}

// open opens the ephemeral token.
func (p *protocol) open(config values) (*tfprotov6.OpenEphemeralResourceResponse, values) {
	p.t.Helper()

	schema := p.schema.EphemeralResourceSchemas[tokenType]
	resp, err := p.server.OpenEphemeralResource(p.t.Context(), &tfprotov6.OpenEphemeralResourceRequest{TypeName: tokenType, Config: p.object(schema, config)})
	p.noError(err)

	return resp, p.decode(schema, resp.Result)
}

// close closes the ephemeral token.
func (p *protocol) close(private []byte) []*tfprotov6.Diagnostic {
	p.t.Helper()

	resp, err := p.server.CloseEphemeralResource(p.t.Context(), &tfprotov6.CloseEphemeralResourceRequest{TypeName: tokenType, Private: private})
	p.noError(err)

	return resp.Diagnostics
}

// invoke invokes an action and returns its progress messages and diagnostics.
func (p *protocol) invoke(typeName string, config values) (progress []string, diagnostics []*tfprotov6.Diagnostic) {
	p.t.Helper()

	return p.invokeWith(p.t.Context(), typeName, config)
}

// invokeWith is invoke with a context, which the test may cancel.
func (p *protocol) invokeWith(ctx context.Context, typeName string, config values) (progress []string, diagnostics []*tfprotov6.Diagnostic) {
	p.t.Helper()

	actions, ok := p.server.(tfprotov6.ActionServer)
	if !ok {
		p.t.Fatal("the provider has no actions")
	}

	stream, err := actions.InvokeAction(ctx, &tfprotov6.InvokeActionRequest{
		ActionType: typeName, Config: p.object(p.schema.ActionSchemas[typeName].Schema, config),
	})
	p.noError(err)

	for event := range stream.Events {
		switch kind := event.Type.(type) {
		case tfprotov6.ProgressInvokeActionEventType:
			progress = append(progress, kind.Message)
		case tfprotov6.CompletedInvokeActionEventType:
			diagnostics = append(diagnostics, kind.Diagnostics...)
		}
	}

	return progress, diagnostics
}

// call calls a function and returns its result. An argument of a variadic parameter is one of the arguments.
func (p *protocol) call(name string, arguments ...tftypes.Value) (tftypes.Value, *tfprotov6.FunctionError) {
	p.t.Helper()

	signature := p.schema.Functions[name]
	encoded := make([]*tfprotov6.DynamicValue, len(arguments))

	for i, argument := range arguments {
		parameter := signature.VariadicParameter
		if i < len(signature.Parameters) {
			parameter = signature.Parameters[i]
		}

		value, err := tfprotov6.NewDynamicValue(parameter.Type, argument)
		p.noError(err)

		encoded[i] = &value
	}

	resp, err := p.server.CallFunction(p.t.Context(), &tfprotov6.CallFunctionRequest{Name: name, Arguments: encoded})
	p.noError(err)

	if resp.Error != nil {
		return tftypes.Value{}, resp.Error
	}

	result, err := resp.Result.Unmarshal(signature.Return.Type)
	p.noError(err)

	return result, nil
}

// listed is one result of a list.
type listed struct {
	name               string
	identity, resource values
	identityData       *tfprotov6.ResourceIdentityData
}

// list lists resources.
func (p *protocol) list(typeName string, config values, full bool, limit int64) (results []listed, diagnostics []*tfprotov6.Diagnostic) {
	p.t.Helper()

	lists, ok := p.server.(tfprotov6.ListResourceServer)
	if !ok {
		p.t.Fatal("the provider has no list resources")
	}

	identities, err := p.server.GetResourceIdentitySchemas(p.t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	p.noError(err)

	stream, err := lists.ListResource(p.t.Context(), &tfprotov6.ListResourceRequest{
		TypeName: typeName, Config: p.object(p.schema.ListResourceSchemas[typeName], config), IncludeResource: full, Limit: limit,
	})
	p.noError(err)

	for result := range stream.Results {
		diagnostics = append(diagnostics, result.Diagnostics...)

		if result.Identity == nil {
			continue
		}

		value, err := result.Identity.IdentityData.Unmarshal(identities.IdentitySchemas[typeName].ValueType())
		p.noError(err)

		one := listed{name: result.DisplayName, identityData: result.Identity, resource: p.decode(p.schema.ResourceSchemas[typeName], result.Resource)}

		p.noError(value.As((*map[string]tftypes.Value)(&one.identity)))

		results = append(results, one)
	}

	return results, diagnostics
}

func (p *protocol) noError(err error) {
	p.t.Helper()

	if err != nil {
		p.t.Fatal(err)
	}
}

// requireNoErrors fails the test on an error among diagnostics.
func (p *protocol) requireNoErrors(diagnostics []*tfprotov6.Diagnostic) {
	p.t.Helper()

	for _, diagnostic := range diagnostics {
		if diagnostic.Severity == tfprotov6.DiagnosticSeverityError {
			p.t.Fatalf("%s: %s", diagnostic.Summary, diagnostic.Detail)
		}
	}
}

// messages joins the summaries and details of all diagnostics of a severity.
func messages(severity tfprotov6.DiagnosticSeverity, diagnostics []*tfprotov6.Diagnostic) string {
	var texts []string

	for _, diagnostic := range diagnostics {
		if diagnostic.Severity == severity {
			texts = append(texts, diagnostic.Summary+": "+diagnostic.Detail)
		}
	}

	return strings.Join(texts, "\n")
}

func failed(diagnostics []*tfprotov6.Diagnostic) bool {
	return slices.ContainsFunc(diagnostics, func(d *tfprotov6.Diagnostic) bool { return d.Severity == tfprotov6.DiagnosticSeverityError })
}

// expectDiagnostics fails the test unless the diagnostics of a severity hold every text.
func (p *protocol) expectDiagnostics(severity tfprotov6.DiagnosticSeverity, diagnostics []*tfprotov6.Diagnostic, texts ...string) {
	p.t.Helper()

	all := messages(severity, diagnostics)
	for _, text := range texts {
		if !strings.Contains(all, text) {
			p.t.Errorf("no %s says %q; got %q", severity, text, all)
		}
	}
}

// expectIdentity compares an identity with the wanted attributes.
func (p *protocol) expectIdentity(typeName string, identity *tfprotov6.ResourceIdentityData, wanted map[string]string) {
	p.t.Helper()

	schemas, err := p.server.GetResourceIdentitySchemas(p.t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	p.noError(err)

	if identity == nil || identity.IdentityData == nil {
		p.t.Fatalf("there is no identity, want %v", wanted)
	}

	value, err := identity.IdentityData.Unmarshal(schemas.IdentitySchemas[typeName].ValueType())
	p.noError(err)

	var got values

	p.noError(value.As((*map[string]tftypes.Value)(&got)))

	for name, content := range wanted {
		if p.stringOf(got, name) != content {
			p.t.Errorf("identity %s is %q, want %q", name, p.stringOf(got, name), content)
		}
	}
}
