package provider

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var (
	_ resource.ResourceWithConfigure   = (*usersExclusiveResource)(nil)
	_ resource.ResourceWithImportState = (*usersExclusiveResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*usersExclusiveResource)(nil)
)

// NewUsersExclusiveResource returns the resource iriusrisk_users_exclusive.
func NewUsersExclusiveResource() resource.Resource { return &usersExclusiveResource{} }

// usersExclusiveResource manages which users of an instance are enabled. It creates no users. It has no resource identity,
// because an instance has only one, and its id is a constant.
type usersExclusiveResource struct{ resourceBase }

// usersExclusiveModel is the configuration, plan or state of the resource.
type usersExclusiveModel struct {
	ID types.String `tfsdk:"id"`

	// Usernames is the set of declared usernames. In the state, it also has the enabled users who are not declared, and is null
	// right after an import.
	Usernames types.List `tfsdk:"usernames"`

	IgnoreUsernames types.Set    `tfsdk:"ignore_usernames"`
	Action          types.String `tfsdk:"action"`
}

// usersExclusiveID is the id of the resource.
const usersExclusiveID = "users"

// ignored returns the patterns of the users that the resource ignores.
func (m *usersExclusiveModel) ignored() usernamePatterns {
	patterns, _ := knownElements(m.IgnoreUsernames)

	return newUsernamePatterns(patterns)
}

func (r *usersExclusiveResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_users_exclusive"
}

func (r *usersExclusiveResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Manages which users of the instance are enabled. The set is authoritative: an enabled user who is neither declared nor ignored shows up as drift and is disabled or deleted on the next apply. " +
			"It neither creates nor enables users: declare them with `iriusrisk_user`, or let single sign-on create them. Destroying the resource stops managing the users and changes none. Declare it at most once for an instance.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Computed:            true,
				Default:             stringdefault.StaticString(usersExclusiveID),
				MarkdownDescription: "Always `users`.",
			},
			"usernames": largeUsernamesAttribute("The usernames of all users who may be enabled. Letter case is ignored. A declared user who does not exist or is disabled is not a difference. " +
				"In the state, the set also contains the enabled users who are not declared, so that a plan shows whom it removes."),
			"ignore_usernames": schema.SetAttribute{
				Optional:    true,
				ElementType: types.StringType,
				MarkdownDescription: "Usernames of users who are neither declared nor removed, such as break-glass accounts. `*` matches any text, and letter case is ignored: `svc-*` matches all usernames that begin with `svc-`. " +
					"The user that the provider runs as is always ignored.",
				Validators: []validator.Set{setvalidator.NoNullValues(), setvalidator.ValueStringsAre(usernamePatternValidator())},
			},
			"action": schema.StringAttribute{
				Optional:            true,
				Computed:            true,
				Default:             stringdefault.StaticString(policyDisable),
				MarkdownDescription: "What to do with users who are not declared: `disable` disables them and ends their sessions, and `delete` deletes them. Defaults to `disable`.",
				Validators:          []validator.String{stringvalidator.OneOf(policyDisable, policyDelete)},
			},
		},
	}
}

// Create removes the enabled users who are not declared at that time. Terraform passes no private plan data to a creation, so
// they may differ from those of whom the plan has warned. After a failure there is no state, so that the next plan names the
// remaining users again.
func (r *usersExclusiveResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	if !r.ready(&resp.Diagnostics) {
		return
	}

	r.planned.beginApply()

	var plan usersExclusiveModel

	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)

	if resp.Diagnostics.HasError() {
		return
	}

	seen, ok := r.observe(ctx, observation{declared: setStrings(plan.Usernames), ignored: plan.ignored()}, &resp.Diagnostics)
	if !ok || len(r.removeAll(ctx, seen.undeclaredUsers(), plan.Action.ValueString(), &resp.Diagnostics)) > 0 {
		return
	}

	seen.removeUndeclared()
	seen.save(ctx, resp.Private, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
}

// Read stores the declared usernames and those of the enabled users who are neither declared nor ignored.
func (r *usersExclusiveResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	if !r.ready(&resp.Diagnostics) {
		return
	}

	r.planned.beginPlan(&resp.Diagnostics)

	var state usersExclusiveModel

	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	before := readObserved(ctx, req.Private, &resp.Diagnostics)

	if resp.Diagnostics.HasError() {
		return
	}

	usernames := setStrings(state.Usernames)
	declared := difference(usernames, before.Undeclared)

	seen, ok := r.observe(ctx, observation{declared: declared, ignored: state.ignored(), undeclared: before.Undeclared}, &resp.Diagnostics)
	if !ok {
		return
	}

	if !seen.equal(before) {
		seen.save(ctx, resp.Private, &resp.Diagnostics)
	}

	if now := newLargeSet(slices.Concat(declared, seen.Undeclared)); state.Usernames.IsNull() || !now.Equal(newLargeSet(usernames)) {
		state.Usernames = now
		resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
	}
}

// Update removes the users that the plan shows. After a failure the state still has the users who remain.
func (r *usersExclusiveResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	if !r.ready(&resp.Diagnostics) {
		return
	}

	r.planned.beginApply()

	var plan, state usersExclusiveModel

	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	seen := readObserved(ctx, req.Private, &resp.Diagnostics)

	if resp.Diagnostics.HasError() {
		return
	}

	failed := r.removeAll(ctx, seen.removals(&state, &plan), plan.Action.ValueString(), &resp.Diagnostics)

	seen.update(setStrings(plan.Usernames), setStrings(state.Usernames), failed)
	seen.save(ctx, resp.Private, &resp.Diagnostics)

	if len(failed) > 0 {
		plan.Usernames = newLargeSet(append(setStrings(plan.Usernames), failed...))
		plan.Action = state.Action
	}

	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
}

// Delete stops managing the users and changes none.
func (r *usersExclusiveResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {
}

// ImportState accepts the constant id. The read that follows stores the enabled users, and the plan shows whom it removes.
func (r *usersExclusiveResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	if req.ID != usersExclusiveID {
		resp.Diagnostics.AddError("Invalid import", fmt.Sprintf("The import id must be %q, but it is %q. An instance has only one set of users.", usersExclusiveID, req.ID))

		return
	}

	resp.Diagnostics.Append(resp.State.Set(ctx, &usersExclusiveModel{
		ID:              types.StringValue(usersExclusiveID),
		Usernames:       types.ListNull(types.StringType),
		IgnoreUsernames: types.SetNull(types.StringType),
		Action:          types.StringValue(policyDisable),
	})...)
}
