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

// membershipResource manages one role, or one business unit, of one user, and leaves the user's others alone.
type membershipResource struct {
	resourceBase

	kind membershipKind
}

// membership is the pair that the resource manages.
type membership struct {
	username types.String
	memberID types.String
}

// Metadata names the resource.
func (r *membershipResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + r.kind.typeName
}

// Schema describes the resource.
func (r *membershipResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: fmt.Sprintf("One %[1]s of one user. Other %[1]ss of the same user are left alone. "+
			"Do not use it together with `%[2]ss` of `iriusrisk_user`, or with `iriusrisk_%[3]ss_exclusive`, for the same user: those mean all of them and remove what this one assigns. "+
			"To rename the resource, use a `moved` block.", r.kind.noun, r.kind.attribute, r.kind.typeName),
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: fmt.Sprintf("`<username>/<%s>`.", r.kind.attribute),
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"username": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "The username of the user. Changing this forces a new resource to be created, except for a change of case alone.",
				Validators:          []validator.String{usernameValidator()},
				PlanModifiers:       []planmodifier.String{keepCase{}, stringplanmodifier.RequiresReplace()},
			},
			r.kind.attribute: schema.StringAttribute{
				Required:            true,
				MarkdownDescription: fmt.Sprintf("The UUID of the %s, for example from the data source `%s`. Changing this forces a new resource to be created.", r.kind.noun, r.kind.lookup),
				Validators:          []validator.String{uuidValidator()},
				PlanModifiers:       []planmodifier.String{keepCase{}, stringplanmodifier.RequiresReplace()},
			},
		},
	}
}

// IdentitySchema describes what identifies the resource.
func (r *membershipResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{
		Attributes: map[string]identityschema.Attribute{
			"username":       identityschema.StringAttribute{RequiredForImport: true, Description: "The username of the user."},
			r.kind.attribute: identityschema.StringAttribute{RequiredForImport: true, Description: fmt.Sprintf("The UUID of the %s.", r.kind.noun)},
		},
	}
}

// ModifyPlan plans the id as soon as both halves of it are known, and warns when another block manages the same
// membership.
func (r *membershipResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var before membership
	if !req.State.Raw.IsNull() {
		before = r.pair(ctx, req.State.GetAttribute, &resp.Diagnostics)
	}

	if req.Plan.Raw.IsNull() {
		if r.providerData != nil {
			r.handovers.destroy(r.object(before), &resp.Diagnostics)
		}

		return
	}

	pair := r.pair(ctx, req.Plan.GetAttribute, &resp.Diagnostics)
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
			r.handovers.keep(r.object(before), &resp.Diagnostics)
		default:
			r.handovers.destroy(r.object(before), &resp.Diagnostics)
		}
	}
}

// object is the membership as other blocks may manage it too.
func (r *membershipResource) object(pair membership) ownedObject {
	return ownedBy(pair.username.ValueString(), r.kind.noun, pair.memberID.ValueString())
}

// Create assigns the role or the business unit. Finding that the user has it already is success.
func (r *membershipResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	if !r.ready(&resp.Diagnostics) {
		return
	}

	pair := r.pair(ctx, req.Plan.GetAttribute, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}

	unlock, ok := r.lock(ctx, pair.username.ValueString(), &resp.Diagnostics)
	if !ok {
		return
	}
	defer unlock()

	if r.assign(ctx, r.kind, pair.username.ValueString(), pair.memberID.ValueString(), &resp.Diagnostics) {
		resp.Diagnostics.Append(r.save(ctx, &resp.State, resp.Identity, pair)...)
	}
}

// Read looks through all pages of what the user has. What is there is in the state as it was.
func (r *membershipResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	if !r.ready(&resp.Diagnostics) {
		return
	}

	r.planned.beginPlan()

	pair := r.pair(ctx, req.State.GetAttribute, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}

	r.identify(ctx, resp.Identity, pair)

	username, id := pair.username.ValueString(), pair.memberID.ValueString()
	belongs, err := r.kind.belongs(ctx, r.directory, username, id)

	if err == nil && !belongs {
		err = r.confirmVisible(ctx, r.kind, id)
	}

	switch {
	case iriusrisk.IsNotFound(err):
		r.userAbsent(ctx, r.kind, username, fmt.Sprintf("Their %s %s is removed from the state.", r.kind.noun, id), err, resp)
	case err != nil:
		addAPIError(&resp.Diagnostics, fmt.Sprintf("read the %ss of user %q", r.kind.noun, username), err)
	case !belongs:
		resp.Diagnostics.AddWarning(fmt.Sprintf("User %q has lost a %s", username, r.kind.noun),
			fmt.Sprintf("The %s %s was removed from the user outside Terraform. It is removed from the state.", r.kind.noun, id))
		resp.State.RemoveResource(ctx)
	}
}

// Update has nothing to send: both arguments replace, save for a change of case.
func (r *membershipResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	pair := r.pair(ctx, req.Plan.GetAttribute, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}

	resp.Diagnostics.Append(r.save(ctx, &resp.State, resp.Identity, pair)...)
}

// Delete removes the role or the business unit from the user. That the user does not have it any more is success.
func (r *membershipResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	if !r.ready(&resp.Diagnostics) {
		return
	}

	pair := r.pair(ctx, req.State.GetAttribute, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}

	username, id := pair.username.ValueString(), pair.memberID.ValueString()

	unlock, ok := r.lock(ctx, username, &resp.Diagnostics)
	if !ok {
		return
	}
	defer unlock()

	if r.mayUnassign(ctx, r.kind, username, &resp.Diagnostics) {
		r.unassign(ctx, r.kind, username, id, &resp.Diagnostics)
	}
}

// ImportState imports by `username/UUID`, split at the last slash since a username may hold one, or by identity.
func (r *membershipResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	pair, ok := parseMembershipID(req.ID)

	if req.ID == "" && req.Identity != nil {
		pair = r.pair(ctx, req.Identity.GetAttribute, &resp.Diagnostics)
		ok = pair.addressable()
	}

	switch {
	case resp.Diagnostics.HasError():
	case !ok:
		resp.Diagnostics.AddError("Invalid import",
			fmt.Sprintf("The import id is <username>/<%s>, with the UUID of the %s after the last slash, for example ada/38400000-8cf0-11bd-b23e-10b96e4ef00d. Got %q.", r.kind.attribute, r.kind.noun, req.ID))
	default:
		resp.Diagnostics.Append(r.save(ctx, &resp.State, resp.Identity, pair)...)
	}
}

// parseMembershipID takes an import id apart.
func parseMembershipID(id string) (pair membership, ok bool) {
	slash := strings.LastIndexByte(id, '/')
	if slash < 0 {
		return membership{}, false
	}

	pair = membership{username: types.StringValue(id[:slash]), memberID: types.StringValue(id[slash+1:])}

	return pair, pair.addressable()
}

// addressable reports whether the API can address the pair.
func (m membership) addressable() bool {
	return iriusrisk.ValidateUsername(m.username.ValueString()) == nil && uuidPattern.MatchString(m.memberID.ValueString())
}

// pair reads the two arguments by a GetAttribute of configuration, plan, state or identity.
func (r *membershipResource) pair(ctx context.Context, get func(context.Context, path.Path, any) diag.Diagnostics, diags *diag.Diagnostics) membership {
	var pair membership

	diags.Append(get(ctx, path.Root("username"), &pair.username)...)
	diags.Append(get(ctx, path.Root(r.kind.attribute), &pair.memberID)...)

	return pair
}

// save puts the pair into state and identity.
func (r *membershipResource) save(ctx context.Context, state *tfsdk.State, identity *tfsdk.ResourceIdentity, pair membership) diag.Diagnostics {
	r.identify(ctx, identity, pair)

	return r.set(ctx, state.SetAttribute, pair)
}

// set puts the pair into an object by its SetAttribute.
func (r *membershipResource) set(ctx context.Context, set func(context.Context, path.Path, any) diag.Diagnostics, pair membership) diag.Diagnostics {
	diags := set(ctx, path.Root("id"), pair.id())
	diags.Append(set(ctx, path.Root("username"), pair.username)...)
	diags.Append(set(ctx, path.Root(r.kind.attribute), pair.memberID)...)

	return diags
}

// identify sets the identity.
func (r *membershipResource) identify(ctx context.Context, identity *tfsdk.ResourceIdentity, pair membership) {
	setIdentity(ctx, identity, map[string]types.String{"username": pair.username, r.kind.attribute: pair.memberID})
}

// id is the resource's id.
func (m membership) id() types.String {
	return types.StringValue(m.username.ValueString() + "/" + m.memberID.ValueString())
}
