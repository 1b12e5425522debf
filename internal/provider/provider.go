// Package provider implements the Terraform provider for IriusRisk: schemas, plans, state and diagnostics. It reads
// through package directory. Writes, and the reads that decide them, go through package iriusrisk.
package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

var (
	_ provider.Provider                   = (*iriusriskProvider)(nil)
	_ provider.ProviderWithValidateConfig = (*iriusriskProvider)(nil)

	_ provider.ProviderWithActions            = (*iriusriskProvider)(nil)
	_ provider.ProviderWithEphemeralResources = (*iriusriskProvider)(nil)
	_ provider.ProviderWithFunctions          = (*iriusriskProvider)(nil)
	_ provider.ProviderWithListResources      = (*iriusriskProvider)(nil)
)

// iriusriskProvider is the provider "iriusrisk".
type iriusriskProvider struct {
	version string

	// tune changes the configuration of the client just before the client is created. Tests use it to shorten waits; it
	// is nil in a released provider.
	tune func(*iriusrisk.Config)

	directory openDirectory
}

// New returns a constructor of the provider with the given version, in the form that providerserver expects.
func New(version string) func() provider.Provider {
	return func() provider.Provider {
		return &iriusriskProvider{version: version}
	}
}

func (p *iriusriskProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "iriusrisk"
	resp.Version = p.version
}

func (p *iriusriskProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{
		NewUserResource,
		NewUserRoleResource,
		NewUserBusinessUnitResource,
		NewUserAPITokenResource,
		NewUserRolesExclusiveResource,
		NewUserBusinessUnitsExclusiveResource,
		NewRoleResource,
		NewBusinessUnitResource,
		NewBusinessUnitUsersExclusiveResource,
		NewUsersExclusiveResource,
	}
}

func (p *iriusriskProvider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{
		NewUserDataSource,
		NewUsersDataSource,
		NewUsersSummaryDataSource,
		NewUserSessionsDataSource,
		NewUserActivityDataSource,
		NewUserInvitationDataSource,
		NewCurrentUserDataSource,
		NewRoleDataSource,
		NewRolesDataSource,
		NewPermissionsDataSource,
		NewBusinessUnitDataSource,
		NewBusinessUnitsDataSource,
	}
}

func (p *iriusriskProvider) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{NewUserAPITokenEphemeral}
}

func (p *iriusriskProvider) ListResources(context.Context) []func() list.ListResource {
	return []func() list.ListResource{NewUserListResource, NewUserRoleListResource, NewUserBusinessUnitListResource, NewBusinessUnitListResource, NewRoleListResource}
}

func (p *iriusriskProvider) Actions(context.Context) []func() action.Action {
	return []func() action.Action{NewSendResetPasswordEmailAction, NewRevokeUserSessionsAction, NewInviteUserAction}
}

func (p *iriusriskProvider) Functions(context.Context) []func() function.Function {
	return []func() function.Function{NewFilterFunction, NewPeopleFromCSVFunction}
}
