// Package provider is Terraform's side of the IriusRisk provider: schemas, plans, state and diagnostics. It talks to
// IriusRisk through package iriusrisk only.
package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
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
	_ provider.ProviderWithListResources      = (*iriusriskProvider)(nil)
)

// iriusriskProvider implements the provider "iriusrisk".
type iriusriskProvider struct {
	version string

	// tune changes the client's configuration just before the client is made. Tests shorten waits with it; it is nil
	// in a released provider.
	tune func(*iriusrisk.Config)
}

// New returns a constructor of the provider with the given version, as providerserver wants it.
func New(version string) func() provider.Provider {
	return func() provider.Provider {
		return &iriusriskProvider{version: version}
	}
}

// Metadata names the provider.
func (p *iriusriskProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "iriusrisk"
	resp.Version = p.version
}

// Resources lists the managed resources.
func (p *iriusriskProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{
		NewUserResource,
		NewUserRoleResource,
		NewUserBusinessUnitResource,
		NewUserAPITokenResource,
		NewUserRolesExclusiveResource,
		NewUserBusinessUnitsExclusiveResource,
	}
}

// DataSources lists the data sources.
func (p *iriusriskProvider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{
		NewUserDataSource,
		NewUsersDataSource,
		NewUsersSummaryDataSource,
		NewUserSessionsDataSource,
		NewUserInvitationDataSource,
		NewCurrentUserDataSource,
		NewRoleDataSource,
		NewRolesDataSource,
		NewBusinessUnitDataSource,
		NewBusinessUnitsDataSource,
	}
}

// EphemeralResources lists the ephemeral resources.
func (p *iriusriskProvider) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{NewUserAPITokenEphemeral}
}

// ListResources lists the list resources.
func (p *iriusriskProvider) ListResources(context.Context) []func() list.ListResource {
	return []func() list.ListResource{NewUserListResource, NewUserRoleListResource, NewUserBusinessUnitListResource}
}

// Actions lists the actions.
func (p *iriusriskProvider) Actions(context.Context) []func() action.Action {
	return []func() action.Action{NewSendResetPasswordEmailAction, NewRevokeUserSessionsAction, NewInviteUserAction}
}
