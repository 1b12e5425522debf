package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

var _ list.ListResourceWithConfigure = (*roleListResource)(nil)

// NewRoleListResource returns the list resource iriusrisk_role.
func NewRoleListResource() list.ListResource { return &roleListResource{} }

// roleListResource lists roles for `terraform query`.
type roleListResource struct{ resourceBase }

func (r *roleListResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_role"
}

func (r *roleListResource) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists all roles, or those that match a filter. With `include_resource = true`, the permissions of each role are read as well, with two requests per role. `terraform query` shows 100 results unless the list block sets `limit`.",
		Attributes: map[string]schema.Attribute{
			"filter": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "A filter expression of the IriusRisk API that selects the roles to list, as in the data source `iriusrisk_roles`. If unset, all roles are listed. Example: `'name'~'manager'`.",
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
			},
		},
	}
}

// List sends the roles as an import and a read of the resource would store them.
func (r *roleListResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var (
		filter types.String
		diags  diag.Diagnostics
	)

	diags.Append(req.Config.GetAttribute(ctx, path.Root("filter"), &filter)...)

	if !r.ready(&diags) || diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)

		return
	}

	stream.Results = func(push func(list.ListResult) bool) {
		out := &listResults{request: req, push: push}

		roles, err := r.directory.Roles(ctx, iriusrisk.ListOptions{Filter: filter.ValueString()})
		if err != nil {
			out.fail(&attemptError{attempt: "list roles", cause: err})

			return
		}

		for i := range roles {
			if !out.send(r.result(ctx, req, &roles[i])) {
				return
			}
		}
	}
}

func (r *roleListResource) result(ctx context.Context, req list.ListRequest, role *iriusrisk.Role) list.ListResult {
	model := newRoleModel(role)
	result := req.NewListResult(ctx)
	result.DisplayName = role.Name
	model.identify(ctx, result.Identity)

	if req.IncludeResource {
		addAttemptError(&result.Diagnostics, r.readPermissions(ctx, model, true))
		result.Diagnostics.Append(result.Resource.Set(ctx, model)...)
	}

	return result
}
