package provider

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"golang.org/x/sync/errgroup"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

var _ datasource.DataSourceWithConfigure = (*usersDataSource)(nil)

// NewUsersDataSource returns the data source iriusrisk_users.
func NewUsersDataSource() datasource.DataSource { return &usersDataSource{} }

type usersDataSource struct{ dataSourceBase }

type usersDataSourceModel struct {
	Filter               types.String `tfsdk:"filter"`
	Sort                 types.List   `tfsdk:"sort"`
	IncludeRoles         types.Bool   `tfsdk:"include_roles"`
	IncludeBusinessUnits types.Bool   `tfsdk:"include_business_units"`
	IncludePermissions   types.Bool   `tfsdk:"include_permissions"`
	Users                rawListValue `tfsdk:"users"`
}

func (d *usersDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_users"
}

func (d *usersDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	const null = "Null unless they are included, and for a user whose username cannot be used in a request."

	element := schema.NestedAttributeObject{Attributes: userElementAttributes("The UUIDs of the user's %ss. "+null, null)}

	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists all users that are visible to the provider's API token, or those that match a filter.",
		Attributes: map[string]schema.Attribute{
			"filter": filterAttribute("users", "'enabled'='true':AND:'email'~'@example.com'"),
			"sort":   sortAttribute("`username,asc`"),
			"include_roles": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "Whether to read the roles of each user, with one request per user. Defaults to `false`.",
			},
			"include_business_units": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "Whether to read the business units of each user, with one request per user. Defaults to `false`.",
			},
			"include_permissions": includePermissionsAttribute("each user", "one request per user and one per role"),
			"users": schema.ListNestedAttribute{
				Computed:            true,
				MarkdownDescription: "The users.",
				NestedObject:        element,
				CustomType:          newRawListType(element.Type()),
			},
		},
	}
}

func (d *usersDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	if !d.ready(&resp.Diagnostics) {
		return
	}

	var model usersDataSourceModel

	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	options := listOptions(ctx, model.Filter, model.Sort, &resp.Diagnostics)

	if resp.Diagnostics.HasError() {
		return
	}

	users, err := d.directory.Users(ctx, options)
	if err != nil {
		d.addReadError(&resp.Diagnostics, "list users", err)

		return
	}

	elements := make([]userElementModel, len(users))
	for i := range users {
		elements[i].fill(&users[i])
		elements[i].RoleIDs = types.SetNull(types.StringType)
		elements[i].BusinessUnitIDs = types.SetNull(types.StringType)
		elements[i].Permissions = types.SetNull(types.StringType)
	}

	elements = d.include(ctx, &model, elements, &resp.Diagnostics)

	if resp.Diagnostics.HasError() {
		return
	}

	if model.Users, err = usersList(ctx, model.Users.listType, elements); err != nil {
		resp.Diagnostics.AddError("Unexpected user", err.Error())

		return
	}

	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

// usersList converts the users to the list value.
func usersList(ctx context.Context, listType rawListType, elements []userElementModel) (rawListValue, error) {
	values := make([]tftypes.Value, len(elements))
	elementType := listType.ElemType.TerraformType(ctx)

	for i := range elements {
		attributes := make(map[string]tftypes.Value)

		for name, attribute := range elements[i].attributes() {
			value, err := attribute.ToTerraformValue(ctx)
			if err != nil {
				return rawListValue{}, err
			}

			attributes[name] = value
		}

		values[i] = tftypes.NewValue(elementType, attributes)
	}

	return listType.of(ctx, values), nil
}

// include reads the requested memberships of all users concurrently; the client limits the number of concurrent requests. It
// returns the users without those deleted since they were listed. A user whose username cannot be used in a request stays in
// the list with null sets, so that a review of access does not miss them.
func (d *usersDataSource) include(ctx context.Context, model *usersDataSourceModel, elements []userElementModel, diags *diag.Diagnostics) []userElementModel {
	var inclusions []userInclusion

	for _, requested := range []struct {
		include types.Bool
		userInclusion
	}{
		{model.IncludeRoles, d.includeMembers(roleMembership)},
		{model.IncludeBusinessUnits, d.includeMembers(businessUnitMembership)},
		{model.IncludePermissions, func(ctx context.Context, user *userElementModel) error {
			return d.readUserPermissions(ctx, user.Username.ValueString(), &user.Permissions)
		}},
	} {
		if requested.include.ValueBool() {
			inclusions = append(inclusions, requested.userInclusion)
		}
	}

	deleted := make([]atomic.Bool, len(elements))
	reads, reading := errgroup.WithContext(ctx)
	reads.SetLimit(memberReaders)

	for i := range elements {
		// Stop scheduling reads after the first failure.
		if reading.Err() != nil || len(inclusions) == 0 {
			break
		}

		username := elements[i].Username.ValueString()

		if err := iriusrisk.ValidateUsername(username); err != nil {
			diags.AddWarning(fmt.Sprintf("The memberships of user %q cannot be read", username),
				fmt.Sprintf("The username %q cannot be used: %s. The user is listed with null role_ids, business_unit_ids and permissions.", username, err))

			continue
		}

		for _, inclusion := range inclusions {
			reads.Go(func() error {
				absent, err := d.readIncluded(reading, inclusion, &elements[i])
				if absent {
					deleted[i].Store(true)
				}

				return err
			})
		}
	}

	err := reads.Wait()
	if err == nil && len(inclusions) > 0 {
		// After an interrupt, reads may not have been scheduled.
		err = attempted("read the roles, business units or permissions of users", ctx.Err())
	}

	d.addAttemptReadError(diags, err)

	var present []userElementModel

	for i := range elements {
		if !deleted[i].Load() {
			present = append(present, elements[i])

			continue
		}

		addLeftOut(diags, elements[i].Username.ValueString(), deletedWhileListed)
	}

	return present
}

// userInclusion reads something that an argument includes into a user.
type userInclusion func(ctx context.Context, user *userElementModel) error

// includeMembers returns the inclusion of the roles or business units of users.
func (d *usersDataSource) includeMembers(kind membershipKind) userInclusion {
	return func(ctx context.Context, user *userElementModel) error {
		_, err := d.readSet(ctx, kind, user.Username.ValueString(), user.set(kind))

		return err
	}
}

// readIncluded reads one of the inclusions of a user. It reports absent if the user was deleted since they were listed.
func (d *usersDataSource) readIncluded(ctx context.Context, inclusion userInclusion, user *userElementModel) (absent bool, err error) {
	return d.absentSinceListed(ctx, user.Username.ValueString(), inclusion(ctx, user))
}
