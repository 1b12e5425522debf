package provider

import (
	"context"
	"fmt"
	"strings"

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

var _ list.ListResourceWithConfigure = (*userListResource)(nil)

// NewUserListResource returns the list resource iriusrisk_user.
func NewUserListResource() list.ListResource { return &userListResource{} }

// userListResource lists users for `terraform query`.
type userListResource struct{ resourceBase }

func (r *userListResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_user"
}

func (r *userListResource) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists all users, or those that match a filter. The user that the provider runs as is left out. `terraform query` shows 100 results unless the list block sets `limit`.",
		Attributes: map[string]schema.Attribute{
			"filter": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "A filter expression of the IriusRisk API that selects the users to list, as in the data source `iriusrisk_users`. If unset, all users are listed. Example: `'enabled'='true'`.",
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
			},
		},
	}
}

// List sends the users as an import and a read of the resource would store them. It skips the user that the provider runs as.
func (r *userListResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
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
		r.listUsers(ctx, filter.ValueString(), &listResults{request: req, push: push})
	}
}

func (r *userListResource) listUsers(ctx context.Context, filter string, out *listResults) {
	self, err := r.directory.Profile(ctx)
	if err != nil {
		out.fail(&attemptError{attempt: "read the user that the provider runs as", cause: err})

		return
	}

	for user, err := range r.client.EachUser(ctx, iriusrisk.ListOptions{Filter: filter}) {
		if err != nil {
			out.fail(&attemptError{attempt: "list users", cause: err})

			return
		}

		skipped, more := out.skipUnaddressable(user.Username)

		switch {
		case skipped:
		case strings.EqualFold(user.Username, self.Username):
			more = out.skip(user.Username, "The provider runs as this user and never deletes or disables them, so a generated configuration must not manage them.")
		default:
			more = out.send(r.result(ctx, out.request, &user))
		}

		if !more {
			return
		}
	}
}

func (r *userListResource) result(ctx context.Context, req list.ListRequest, user *iriusrisk.User) list.ListResult {
	result := req.NewListResult(ctx)
	result.DisplayName = displayName(user)
	setIdentity(ctx, result.Identity, map[string]types.String{"username": types.StringValue(user.Username)})

	if req.IncludeResource {
		model := importedUser(user.Username)
		model.read(user)

		// Terraform generates configuration from these values. IriusRisk clears the flag when the user sets a new password,
		// which would then show as drift.
		model.PasswordExpired = types.BoolNull()

		result.Diagnostics.Append(result.Resource.Set(ctx, &model)...)
	}

	return result
}

// displayName returns the user's full name, if any, and username.
func displayName(user *iriusrisk.User) string {
	var names []string

	for _, name := range []*string{user.FirstName, user.LastName} {
		if name != nil && *name != "" {
			names = append(names, *name)
		}
	}

	if len(names) == 0 {
		return user.Username
	}

	return fmt.Sprintf("%s (%s)", strings.Join(names, " "), user.Username)
}
