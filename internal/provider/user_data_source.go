package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

var _ datasource.DataSourceWithConfigure = (*userDataSource)(nil)

// NewUserDataSource returns the data source iriusrisk_user.
func NewUserDataSource() datasource.DataSource { return &userDataSource{} }

type userDataSource struct{ dataSourceBase }

// userLookupArguments are the alternative arguments of the data source.
var userLookupArguments = []string{"username", "email"}

type userDataSourceModel struct {
	userElementModel

	Roles         []namedModel `tfsdk:"roles"`
	BusinessUnits []namedModel `tfsdk:"business_units"`

	IncludePermissions types.Bool `tfsdk:"include_permissions"`
}

// namedModel is a role or a business unit of a user.
type namedModel struct {
	ID   types.String `tfsdk:"id"`
	Name types.String `tfsdk:"name"`
}

func (d *userDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_user"
}

func (d *userDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := userElementAttributes("The UUIDs of the user's %ss.", "Null unless permissions are included.")
	attributes["username"] = lookupAttribute("The name that the user signs in with.", userLookupArguments, usernameValidator(), exactlyOneOf(userLookupArguments))
	attributes["email"] = lookupAttribute("The user's e-mail address, which is not case-sensitive.", userLookupArguments, stringvalidator.LengthAtLeast(1))
	attributes["include_permissions"] = includePermissionsAttribute("the user", "one request for each of their roles")
	attributes["roles"] = namedAttribute("role")
	attributes["business_units"] = namedAttribute("business unit")

	resp.Schema = schema.Schema{
		MarkdownDescription: "Looks up a user by username or e-mail address, and reads their roles and business units.",
		Attributes:          attributes,
	}
}

// includePermissionsAttribute describes the argument that includes the permissions of users.
func includePermissionsAttribute(whose, cost string) schema.BoolAttribute {
	return schema.BoolAttribute{
		Optional:            true,
		MarkdownDescription: fmt.Sprintf("Whether to read the permissions of %s, with %s. The permissions of a role are read once per run. Defaults to `false`.", whose, cost),
	}
}

// namedAttribute describes a set of objects with id and name.
func namedAttribute(noun string) schema.SetNestedAttribute {
	return schema.SetNestedAttribute{
		Computed:            true,
		MarkdownDescription: fmt.Sprintf("The user's %ss.", noun),
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"id":   schema.StringAttribute{Computed: true, MarkdownDescription: fmt.Sprintf("The UUID of the %s.", noun)},
			"name": schema.StringAttribute{Computed: true, MarkdownDescription: fmt.Sprintf("The name of the %s.", noun)},
		}},
	}
}

func (d *userDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	if !d.ready(&resp.Diagnostics) {
		return
	}

	var model userDataSourceModel

	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)

	if resp.Diagnostics.HasError() {
		return
	}

	user := d.find(ctx, model.Username, model.Email, &resp.Diagnostics)
	if user == nil {
		return
	}

	configured := model.userProfileModel
	model.fill(user)
	model.Username = configuredOr(configured.Username, model.Username)
	model.Email = configuredOr(configured.Email, model.Email)
	model.Roles, model.RoleIDs = d.members(ctx, roleMembership, user.Username, &resp.Diagnostics)
	model.BusinessUnits, model.BusinessUnitIDs = d.members(ctx, businessUnitMembership, user.Username, &resp.Diagnostics)

	model.Permissions = types.SetNull(types.StringType)

	if model.IncludePermissions.ValueBool() && !resp.Diagnostics.HasError() {
		d.addAttemptReadError(&resp.Diagnostics, d.readUserPermissions(ctx, user.Username, &model.Permissions))
	}

	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
	}
}

// members reads the roles or business units of a user, as objects and as a set of ids.
func (d *userDataSource) members(ctx context.Context, kind membershipKind, username string, diags *diag.Diagnostics) ([]namedModel, types.Set) {
	members, err := kind.cachedMembers(d.directory, ctx, username)
	if err != nil {
		d.addReadError(diags, fmt.Sprintf("read the %ss of user %q", kind.noun, username), err)
	}

	models := make([]namedModel, len(members))
	ids := make([]attr.Value, len(members))

	for i, member := range members {
		models[i] = namedModel{ID: types.StringValue(member.id), Name: types.StringValue(member.name)}
		ids[i] = models[i].ID
	}

	return models, types.SetValueMust(types.StringType, ids)
}

// find looks the user up by the configured argument.
func (d *userDataSource) find(ctx context.Context, username, email types.String, diags *diag.Diagnostics) *iriusrisk.User {
	if !username.IsNull() {
		user, err := d.directory.User(ctx, username.ValueString())
		if iriusrisk.IsNotFound(err) {
			if unproven := d.confirmAbsent(ctx, err); unproven != nil {
				err = unproven
			}
		}

		if err != nil {
			d.addReadError(diags, fmt.Sprintf("look up the user with username %q", username.ValueString()), err)

			return nil
		}

		return user
	}

	user, ok := lookup[iriusrisk.User]{
		providerData: d.providerData,
		noun:         "user",
		list:         d.directory.Users,
		label: func(user iriusrisk.User) string {
			return fmt.Sprintf("%s (%s)", iriusrisk.Visible(user.Username), user.ID)
		},
	}.one(ctx, criterion[iriusrisk.User]{
		argument: "email", property: "email", operator: "~", value: email.ValueString(),
		matches: func(user iriusrisk.User) bool {
			return user.Email != nil && strings.EqualFold(*user.Email, email.ValueString())
		},
	}, diags)
	if !ok {
		return nil
	}

	return &user
}
