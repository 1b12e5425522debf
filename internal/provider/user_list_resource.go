package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
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

// Metadata names the list resource, by the resource that it lists.
func (r *userListResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_user"
}

// ListResourceConfigSchema describes the list block.
func (r *userListResource) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists users, all of them or those that a filter selects, page by page. The user that the provider runs as is left out. `terraform query` shows 100 results unless the list block sets `limit`.",
		Attributes: map[string]schema.Attribute{
			"filter": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Which users to list, in the filter grammar of the API, as for the data source `iriusrisk_users`; for example `'enabled'='true'`.",
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
			},
		},
	}
}

// List streams the users without the one that the provider runs as. Each is what reading the resource after an import stores.
func (r *userListResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	results := &listResults{request: req}

	var filter types.String

	results.diags.Append(req.Config.GetAttribute(ctx, path.Root("filter"), &filter)...)

	if !r.ready(&results.diags) || results.diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(results.diags)

		return
	}

	stream.Results = func(push func(list.ListResult) bool) {
		self, err := r.directory.Profile(ctx)
		if err != nil {
			results.fail(push, "read the user that the provider runs as", err)

			return
		}

		for user, err := range r.client.EachUser(ctx, iriusrisk.ListOptions{Filter: filter.ValueString()}) {
			if err != nil {
				results.fail(push, "list users", err)

				return
			}

			manageable, more := results.addressable(push, user.Username)

			switch {
			case !manageable:
			case strings.EqualFold(user.Username, self.Username):
				more = results.leaveOut(push, user.Username, "The provider runs as this user and refuses to delete or disable them, so a generated configuration must not manage them.")
			default:
				more = results.push(push, r.result(ctx, req, &user))
			}

			if !more {
				return
			}
		}
	}
}

// result is one user of the list.
func (r *userListResource) result(ctx context.Context, req list.ListRequest, user *iriusrisk.User) list.ListResult {
	result := req.NewListResult(ctx)
	result.DisplayName = displayName(user)
	setIdentity(ctx, result.Identity, map[string]types.String{"username": types.StringValue(user.Username)})

	if req.IncludeResource {
		model := importedUser(user.Username)
		model.read(user)

		// Configuration is generated from what is set here. A password's expiry ends by itself, so declaring it would show as
		// drift later.
		model.PasswordExpired = types.BoolNull()

		result.Diagnostics.Append(result.Resource.Set(ctx, &model)...)
	}

	return result
}

// displayName is a user's name, with the username.
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
