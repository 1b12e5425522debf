package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

var (
	_ resource.ResourceWithConfigure   = (*membershipResource)(nil)
	_ resource.ResourceWithIdentity    = (*membershipResource)(nil)
	_ resource.ResourceWithImportState = (*membershipResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*membershipResource)(nil)
)

// NewUserRoleResource returns the resource iriusrisk_user_role.
func NewUserRoleResource() resource.Resource { return &membershipResource{kind: roleMembership} }

// NewUserBusinessUnitResource returns the resource iriusrisk_user_business_unit.
func NewUserBusinessUnitResource() resource.Resource {
	return &membershipResource{kind: businessUnitMembership}
}

// membershipResource assigns one role, or one business unit, to one user.
type membershipResource struct {
	resourceBase

	kind membershipKind
}

// membership is the plan, state or identity of the resource.
type membership struct {
	username types.String
	memberID types.String
}

func (r *membershipResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + r.kind.typeName
}

func (r *membershipResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: fmt.Sprintf("Assigns one %[1]s to a user. Other %[1]ss of the user are not affected. "+
			"Do not combine it with `%[2]ss` of `iriusrisk_user`, or with `iriusrisk_%[3]ss_exclusive`, for the same user: those are authoritative and remove %[1]ss assigned here. "+
			"To rename the resource, use a `moved` block.", r.kind.noun, r.kind.attribute, r.kind.typeName),
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: fmt.Sprintf("`<username>/<%s>`.", r.kind.attribute),
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"username": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "The username of the user. Changing this forces a new resource to be created; changes in letter case are ignored.",
				Validators:          []validator.String{usernameValidator()},
				PlanModifiers:       []planmodifier.String{keepCase{}, stringplanmodifier.RequiresReplace()},
			},
			r.kind.attribute: schema.StringAttribute{
				Required:            true,
				MarkdownDescription: fmt.Sprintf("The UUID of the %s, for example from the data source `%s`. Changing this forces a new resource to be created; changes in letter case are ignored.", r.kind.noun, r.kind.lookup),
				Validators:          []validator.String{uuidValidator()},
				PlanModifiers:       []planmodifier.String{keepCase{}, stringplanmodifier.RequiresReplace()},
			},
		},
	}
}

func (r *membershipResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{
		Attributes: map[string]identityschema.Attribute{
			"username":       identityschema.StringAttribute{RequiredForImport: true, Description: "The username of the user."},
			r.kind.attribute: identityschema.StringAttribute{RequiredForImport: true, Description: fmt.Sprintf("The UUID of the %s.", r.kind.noun)},
		},
	}
}

// ModifyPlan plans the id once both parts of it are known, and warns if another block manages the same membership.
func (r *membershipResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var before membership
	if !req.State.Raw.IsNull() {
		before = r.pair(ctx, req.State, &resp.Diagnostics)
	}

	if req.Plan.Raw.IsNull() {
		if r.providerData != nil {
			r.destroyMembership(ctx, r.kind, before, resp)
		}

		return
	}

	pair := r.pair(ctx, req.Plan, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}

	if !pair.username.IsUnknown() && !pair.memberID.IsUnknown() {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("id"), pair.id())...)
	}

	if r.providerData != nil && r.firstPlan(ctx, req, resp) {
		r.conflicts.check(r.kind, pair.username, managedSingly, pair.memberID, &resp.Diagnostics)
		r.adviseOnSignIn(ctx, managedSingly, &resp.Diagnostics)

		switch {
		case req.State.Raw.IsNull():
		case pair == before:
			r.keepMembership(r.kind, before.username.ValueString(), before.memberID.ValueString(), &resp.Diagnostics)
		default:
			r.destroyMembership(ctx, r.kind, before, resp)
		}
	}
}

// Create assigns the role or business unit. An existing assignment is not an error.
func (r *membershipResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	if !r.ready(&resp.Diagnostics) {
		return
	}

	pair := r.pair(ctx, req.Plan, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}

	unlock, ok := r.lock(ctx, pair.username.ValueString(), &resp.Diagnostics)
	if !ok {
		return
	}
	defer unlock()

	if r.assign(ctx, r.assignment(pair), &resp.Diagnostics) {
		resp.Diagnostics.Append(r.save(ctx, &resp.State, resp.Identity, pair)...)
	}
}

// Read leaves the state unchanged while the assignment exists, including the spelling of username and UUID.
func (r *membershipResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	if !r.ready(&resp.Diagnostics) {
		return
	}

	r.planned.beginPlan(&resp.Diagnostics)

	pair := r.pair(ctx, req.State, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}

	r.identify(ctx, resp.Identity, pair)

	username, id := pair.username.ValueString(), pair.memberID.ValueString()
	has, err := r.kind.cachedHas(r.directory, ctx, username, id)

	if err == nil && !has {
		err = r.confirmVisible(ctx, r.kind, id)
	}

	switch {
	case iriusrisk.IsNotFound(err):
		r.userAbsent(ctx, r.kind, username, err, resp)
	case err != nil:
		addAPIError(&resp.Diagnostics, fmt.Sprintf("read the %ss of user %q", r.kind.noun, username), err)
	case !has:
		resp.Diagnostics.AddWarning(fmt.Sprintf("User %q no longer has a %s", username, r.kind.noun),
			fmt.Sprintf("The %s %s was removed from the user outside Terraform. The resource is removed from the state.", r.kind.noun, id))
		resp.State.RemoveResource(ctx)
	}
}

// Update sends no request: a change of either argument replaces the resource, unless only the letter case changes.
func (r *membershipResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	pair := r.pair(ctx, req.Plan, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}

	resp.Diagnostics.Append(r.save(ctx, &resp.State, resp.Identity, pair)...)
}

// Delete removes the role or business unit from the user. A missing assignment is not an error.
func (r *membershipResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	if !r.ready(&resp.Diagnostics) {
		return
	}

	pair := r.pair(ctx, req.State, &resp.Diagnostics)
	if isKeptByAnother(ctx, req, &resp.Diagnostics) || resp.Diagnostics.HasError() {
		return
	}

	assigned := r.assignment(pair)

	unlock, ok := r.lock(ctx, assigned.username, &resp.Diagnostics)
	if !ok {
		return
	}
	defer unlock()

	if r.mayUnassign(ctx, r.kind, assigned.username, &resp.Diagnostics) {
		r.unassign(ctx, assigned, &resp.Diagnostics)
	}
}

// ImportState imports by "<username>/<UUID>" or by identity. The id is split at the last slash, because a username may
// contain slashes.
func (r *membershipResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	pair, ok := parseMembershipID(req.ID)

	if req.ID == "" && req.Identity != nil {
		pair = r.pair(ctx, req.Identity, &resp.Diagnostics)
		ok = pair.addressable()
	}

	switch {
	case resp.Diagnostics.HasError():
	case !ok:
		resp.Diagnostics.AddError("Invalid import",
			fmt.Sprintf("The import id must have the form <username>/<%s>, with the UUID of the %s after the last slash, for example ada/38400000-8cf0-11bd-b23e-10b96e4ef00d. Got %q.", r.kind.attribute, r.kind.noun, req.ID))
	default:
		resp.Diagnostics.Append(r.save(ctx, &resp.State, resp.Identity, pair)...)
	}
}

// parseMembershipID splits an import id.
func parseMembershipID(id string) (pair membership, ok bool) {
	slash := strings.LastIndexByte(id, '/')
	if slash < 0 {
		return membership{}, false
	}

	pair = membership{username: types.StringValue(id[:slash]), memberID: types.StringValue(id[slash+1:])}

	return pair, pair.addressable()
}

// addressable reports whether the username is usable in a request and the id is a UUID.
func (m membership) addressable() bool {
	return iriusrisk.ValidateUsername(m.username.ValueString()) == nil && uuidPattern.MatchString(m.memberID.ValueString())
}

// pair reads the two arguments.
func (r *membershipResource) pair(ctx context.Context, source attributeReader, diags *diag.Diagnostics) membership {
	var pair membership

	diags.Append(source.GetAttribute(ctx, path.Root("username"), &pair.username)...)
	diags.Append(source.GetAttribute(ctx, path.Root(r.kind.attribute), &pair.memberID)...)

	return pair
}

// assignment converts a pair whose values are known.
func (r *membershipResource) assignment(pair membership) assignment {
	return assignment{r.kind, pair.username.ValueString(), pair.memberID.ValueString()}
}

// save writes the pair to state and identity.
func (r *membershipResource) save(ctx context.Context, state *tfsdk.State, identity *tfsdk.ResourceIdentity, pair membership) diag.Diagnostics {
	r.identify(ctx, identity, pair)

	return r.set(ctx, state, pair)
}

// set writes the pair to a state or to a list result.
func (r *membershipResource) set(ctx context.Context, target attributeWriter, pair membership) diag.Diagnostics {
	diags := target.SetAttribute(ctx, path.Root("id"), pair.id())
	diags.Append(target.SetAttribute(ctx, path.Root("username"), pair.username)...)
	diags.Append(target.SetAttribute(ctx, path.Root(r.kind.attribute), pair.memberID)...)

	return diags
}

func (r *membershipResource) identify(ctx context.Context, identity *tfsdk.ResourceIdentity, pair membership) {
	setIdentity(ctx, identity, map[string]types.String{"username": pair.username, r.kind.attribute: pair.memberID})
}

func (m membership) id() types.String {
	return types.StringValue(m.username.ValueString() + "/" + m.memberID.ValueString())
}
