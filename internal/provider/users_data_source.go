package provider

import (
	"context"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

var _ datasource.DataSourceWithConfigure = (*usersDataSource)(nil)

// NewUsersDataSource returns the data source iriusrisk_users.
func NewUsersDataSource() datasource.DataSource { return &usersDataSource{} }

// usersDataSource lists users.
type usersDataSource struct{ dataSourceBase }

// usersDataSourceModel is the list with its arguments.
type usersDataSourceModel struct {
	Filter types.String       `tfsdk:"filter"`
	Sort   types.List         `tfsdk:"sort"`
	Users  []userProfileModel `tfsdk:"users"`
}

// Metadata names the data source.
func (d *usersDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_users"
}

// Schema describes the data source.
func (d *usersDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The users that the provider's API token can see, all of them or those that a filter selects.",
		Attributes: map[string]schema.Attribute{
			"filter": filterAttribute("users"),
			"sort":   sortAttribute("`username,asc`"),
			"users": schema.ListNestedAttribute{
				Computed:            true,
				MarkdownDescription: "The users.",
				NestedObject:        schema.NestedAttributeObject{Attributes: userAttributes()},
			},
		},
	}
}

// userAttributes describes one user as data sources show them.
func userAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":               schema.StringAttribute{Computed: true, MarkdownDescription: "The UUID that IriusRisk gave the user."},
		"username":         schema.StringAttribute{Computed: true, MarkdownDescription: "The name that the user signs in with."},
		"email":            schema.StringAttribute{Computed: true, MarkdownDescription: "The user's e-mail address."},
		"first_name":       schema.StringAttribute{Computed: true, MarkdownDescription: "The user's first name."},
		"last_name":        schema.StringAttribute{Computed: true, MarkdownDescription: "The user's last name."},
		"enabled":          schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether the user has access."},
		"password_expired": schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether the user must choose a new password at the next sign-in."},
		"api_token_hint":   schema.StringAttribute{Computed: true, MarkdownDescription: "The part of the user's API token that IriusRisk shows; null while the user has none."},
	}
}

// filterAttribute is the argument filter of a data source that lists.
func filterAttribute(things string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true,
		MarkdownDescription: "Which " + things + " to list, in the [filter grammar of the API](https://app.swaggerhub.com/apis/continuumsecurity/IriusRisk_API/): property and value each in single quotes, " +
			"compared by `=`, `<>`, `<`, `>`, `<=`, `>=`, `~` (contains, ignoring case), `IN`, `=NULL` or `<>NULL`, joined by `:AND:` and `:OR:` and grouped by parentheses, " +
			"for example `'enabled'='true':AND:'email'~'@example.com'`.",
		Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
	}
}

// sortPattern matches one sorting criterion (documented: UsersApi, get_users).
var sortPattern = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_.]*(,(asc|desc))?$`)

// sortAttribute is the argument sort of a data source that lists.
func sortAttribute(standard string) schema.ListAttribute {
	return schema.ListAttribute{
		Optional:            true,
		ElementType:         types.StringType,
		MarkdownDescription: "By which properties to sort, the first one first, each as `property,asc` or `property,desc`. Defaults to " + standard + ".",
		Validators: []validator.List{
			listvalidator.ValueStringsAre(stringvalidator.RegexMatches(sortPattern, "must be a property with an optional direction, such as lastName,desc")),
		},
	}
}

// listOptions reads filter and sort.
func listOptions(ctx context.Context, filter types.String, sort types.List, diags *diag.Diagnostics) iriusrisk.ListOptions {
	options := iriusrisk.ListOptions{Filter: filter.ValueString()}
	diags.Append(sort.ElementsAs(ctx, &options.Sort, false)...)

	return options
}

// Read reads every page.
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

	users, err := d.client.ListUsers(ctx, options)
	if err != nil {
		addAPIError(&resp.Diagnostics, "list users", err)

		return
	}

	model.Users = make([]userProfileModel, len(users))
	for i := range users {
		model.Users[i].fill(&users[i])
	}

	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}
