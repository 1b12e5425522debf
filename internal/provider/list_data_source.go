package provider

import (
	"context"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/directory"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

var _ datasource.DataSourceWithConfigure = (*listDataSource[iriusrisk.Role, roleModel])(nil)

// listDataSource lists things of one kind: T is what the client reads, M what the state holds.
type listDataSource[T, M any] struct {
	dataSourceBase

	// typeName is what follows the provider's name in the type, attribute the name of the attribute with the list.
	typeName, attribute string

	// nouns names the things, standard how they are sorted when nothing is asked for.
	nouns, standard string

	// example is a filter.
	example string

	description string
	attributes  map[string]schema.Attribute

	list func(directory *directory.Directory, ctx context.Context, options iriusrisk.ListOptions) ([]T, error)
	fill func(model *M, thing *T)
}

// Metadata names the data source.
func (d *listDataSource[T, M]) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + d.typeName
}

// Schema describes the data source.
func (d *listDataSource[T, M]) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: d.description,
		Attributes: map[string]schema.Attribute{
			"filter": filterAttribute(d.nouns, d.example),
			"sort":   sortAttribute(d.standard),
			d.attribute: schema.ListNestedAttribute{
				Computed:            true,
				MarkdownDescription: "The " + d.nouns + ".",
				NestedObject:        schema.NestedAttributeObject{Attributes: d.attributes},
			},
		},
	}
}

// Read reads every page.
func (d *listDataSource[T, M]) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	if !d.ready(&resp.Diagnostics) {
		return
	}

	var (
		filter types.String
		sort   types.List
	)

	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("filter"), &filter)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("sort"), &sort)...)
	options := listOptions(ctx, filter, sort, &resp.Diagnostics)

	if resp.Diagnostics.HasError() {
		return
	}

	things, err := d.list(d.directory, ctx, options)
	if err != nil {
		addAPIError(&resp.Diagnostics, "list "+d.nouns, err)

		return
	}

	models := make([]M, len(things))
	for i := range things {
		d.fill(&models[i], &things[i])
	}

	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("filter"), filter)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("sort"), sort)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(d.attribute), models)...)
}

// filterAttribute is the argument filter of a data source that lists.
func filterAttribute(things, example string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true,
		MarkdownDescription: "Which " + things + " to list, in the filter grammar of the API: property and value each in single quotes, " +
			"compared by `=`, `<>`, `<`, `>`, `<=`, `>=`, `~` (contains, ignoring case), `IN`, `=NULL` or `<>NULL`, joined by `:AND:` and `:OR:` and grouped by parentheses, " +
			"for example `" + example + "`.",
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
			listvalidator.NoNullValues(),
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
