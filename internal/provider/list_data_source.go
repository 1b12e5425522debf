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
	"golang.org/x/sync/errgroup"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/directory"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

var _ datasource.DataSourceWithConfigure = (*listDataSource[iriusrisk.Role, roleModel])(nil)

// listDataSource lists objects of one type. T is the type of the client, M the model of an element.
type listDataSource[T, M any] struct {
	dataSourceBase

	// typeName is the type without the provider's name, attribute the name of the list attribute.
	typeName, attribute string

	// nouns is the plural of the objects, defaultSort the order without the argument sort.
	nouns, defaultSort string

	// example is a filter.
	example string

	description string
	attributes  map[string]schema.Attribute

	list func(directory *directory.Directory, ctx context.Context, options iriusrisk.ListOptions) ([]T, error)
	fill func(model *M, item *T)

	// include is what an argument adds to each element. It is nil if there is no such argument.
	include *listInclusion[M]
}

// listInclusion is an optional argument of a list that reads more about each element.
type listInclusion[M any] struct {
	argument, description string

	// read fills the element. Its error is an attemptError.
	read func(s *providerData, ctx context.Context, model *M) error
}

func (d *listDataSource[T, M]) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + d.typeName
}

func (d *listDataSource[T, M]) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := map[string]schema.Attribute{
		"filter": filterAttribute(d.nouns, d.example),
		"sort":   sortAttribute(d.defaultSort),
		d.attribute: schema.ListNestedAttribute{
			Computed:            true,
			MarkdownDescription: "The " + d.nouns + ".",
			NestedObject:        schema.NestedAttributeObject{Attributes: d.attributes},
		},
	}

	if d.include != nil {
		attributes[d.include.argument] = schema.BoolAttribute{Optional: true, MarkdownDescription: d.include.description}
	}

	resp.Schema = schema.Schema{MarkdownDescription: d.description, Attributes: attributes}
}

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

	items, err := d.list(d.directory, ctx, options)
	if err != nil {
		d.addReadError(&resp.Diagnostics, "list "+d.nouns, err)

		return
	}

	models := make([]M, len(items))
	for i := range items {
		d.fill(&models[i], &items[i])
	}

	if d.include != nil && !d.readIncluded(ctx, models, req, resp) {
		return
	}

	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("filter"), filter)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("sort"), sort)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(d.attribute), models)...)
}

// readIncluded reads what the argument of include adds to each element, concurrently, and reports whether that succeeded.
func (d *listDataSource[T, M]) readIncluded(ctx context.Context, models []M, req datasource.ReadRequest, resp *datasource.ReadResponse) bool {
	var included types.Bool

	argument := path.Root(d.include.argument)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, argument, &included)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, argument, included)...)

	if resp.Diagnostics.HasError() || !included.ValueBool() {
		return !resp.Diagnostics.HasError()
	}

	reads, reading := errgroup.WithContext(ctx)
	reads.SetLimit(memberReaders)

	for i := range models {
		reads.Go(func() error { return d.include.read(d.providerData, reading, &models[i]) })
	}

	err := reads.Wait()
	d.addAttemptReadError(&resp.Diagnostics, err)

	return err == nil
}

func filterAttribute(nouns, example string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true,
		MarkdownDescription: "A filter expression of the IriusRisk API that selects the " + nouns + " to list. " +
			"Properties and values are enclosed in single quotes, compared with `=`, `<>`, `<`, `>`, `<=`, `>=`, `~` (contains, ignoring case), `IN`, `=NULL` or `<>NULL`, combined with `:AND:` and `:OR:`, and grouped with parentheses. The function `filter` of the provider builds such expressions. " +
			"If unset, all " + nouns + " are listed. Example: `" + example + "`.",
		Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
	}
}

// sortPattern matches one sorting criterion (documented: UsersApi, get_users).
var sortPattern = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_.]*(,(asc|desc))?$`)

func sortAttribute(defaultSort string) schema.ListAttribute {
	return schema.ListAttribute{
		Optional:            true,
		ElementType:         types.StringType,
		MarkdownDescription: "The properties to sort by, most significant first, each as `property,asc` or `property,desc`. Defaults to " + defaultSort + ".",
		Validators: []validator.List{
			listvalidator.NoNullValues(),
			listvalidator.ValueStringsAre(stringvalidator.RegexMatches(sortPattern, "must be a property with an optional direction, such as lastName,desc")),
		},
	}
}

// listOptions converts the arguments filter and sort.
func listOptions(ctx context.Context, filter types.String, sort types.List, diags *diag.Diagnostics) iriusrisk.ListOptions {
	options := iriusrisk.ListOptions{Filter: filter.ValueString()}
	diags.Append(sort.ElementsAs(ctx, &options.Sort, false)...)

	return options
}
