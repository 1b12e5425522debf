// Command floor is a provider that sends no requests. Its resources have the same blocks as those of the IriusRisk provider
// and only store their arguments. It writes no log and configures the garbage collector as the IriusRisk provider does, so
// its cost is the cost of Terraform and of the protocol.
package main

import (
	"context"
	"log"
	"os"
	"runtime/debug"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// memoryLimit and gcPercent are those of the IriusRisk provider (main.go).
const (
	memoryLimit = 256 << 20
	gcPercent   = 400
)

func main() {
	debug.SetMemoryLimit(memoryLimit)
	debug.SetGCPercent(gcPercent)

	// The IriusRisk provider disables its logs too (log.go). Setenv only fails for invalid names and values.
	for _, name := range []string{"TF_LOG_SDK", "TF_LOG_PROVIDER_FLOOR"} {
		_ = os.Setenv(name, "off")
	}

	err := providerserver.Serve(context.Background(), func() provider.Provider { return &floorProvider{} }, providerserver.ServeOpts{
		Address: "registry.terraform.io/iriusrisk/floor",
	})
	if err != nil {
		log.Fatal(err)
	}
}

// floorProvider implements the provider "floor".
type floorProvider struct{}

func (p *floorProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "floor"
}

func (p *floorProvider) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}

func (p *floorProvider) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {
}

func (p *floorProvider) DataSources(context.Context) []func() datasource.DataSource { return nil }

func (p *floorProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{
		floorOf("user", []string{"username", "email", "first_name", "last_name"}, []string{"role_ids", "business_unit_ids"}),
		floorOf("user_role", []string{"username", "role_id"}, nil),
		floorOf("user_business_unit", []string{"username", "business_unit_id"}, nil),
		floorOf("user_roles_exclusive", []string{"username"}, []string{"role_ids"}),
		floorOf("user_business_units_exclusive", []string{"username"}, []string{"business_unit_ids"}),
	}
}

// floorResource stores its arguments.
type floorResource struct {
	name          string
	strings, sets []string
}

func floorOf(name string, strings, sets []string) func() resource.Resource {
	return func() resource.Resource { return &floorResource{name, strings, sets} }
}

func (r *floorResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + r.name
}

func (r *floorResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := map[string]schema.Attribute{
		"id": schema.StringAttribute{Computed: true, PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()}},
	}

	for _, name := range r.strings {
		attributes[name] = schema.StringAttribute{Required: true}
	}

	for _, name := range r.sets {
		attributes[name] = schema.SetAttribute{Optional: true, ElementType: types.StringType}
	}

	resp.Schema = schema.Schema{Attributes: attributes}
}

func (r *floorResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var username types.String

	resp.Diagnostics.Append(req.Plan.GetAttribute(ctx, path.Root("username"), &username)...)
	resp.State.Raw = req.Plan.Raw
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), username)...)
}

// ImportState stores the username; the following update stores the other arguments.
func (r *floorResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), req.ID)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("username"), req.ID)...)
}

func (r *floorResource) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

func (r *floorResource) Update(_ context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	resp.State.Raw = req.Plan.Raw
}

func (r *floorResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}
