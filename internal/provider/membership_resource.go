package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
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

	// name is the name of the role or business unit. It is null in an identity.
	name types.String
}

func (r *membershipResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + r.kind.typeName
}

func (r *membershipResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: fmt.Sprintf("Assigns one %[1]s to a user. Other %[1]ss of the user are not affected. "+
			"Do not combine it with `%[4]ss` or `%[2]ss` of `iriusrisk_user`, or with `iriusrisk_%[3]ss_exclusive`, for the same user: those are authoritative and remove %[1]ss assigned here. "+
			"To rename the resource, use a `moved` block.", r.kind.noun, r.kind.attribute, r.kind.typeName, r.kind.nameAttribute),
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
				Optional: true,
				Computed: true,
				MarkdownDescription: fmt.Sprintf("The UUID of the %[1]s, for example from the data source `%[2]s`. Changing this forces a new resource to be created; changes in letter case are ignored. "+
					"Exactly one of `%[3]s` and `%[4]s` must be set.", r.kind.noun, r.kind.lookup, r.kind.attribute, r.kind.nameAttribute),
				Validators:    []validator.String{uuidValidator(), exactlyOneOf([]string{r.kind.attribute, r.kind.nameAttribute})},
				PlanModifiers: []planmodifier.String{keepCase{}},
			},
			r.kind.nameAttribute: schema.StringAttribute{
				Optional: true,
				Computed: true,
				MarkdownDescription: fmt.Sprintf("The name of the %[1]s, which is case-sensitive and must be unique in the instance. "+
					"Changing this to the name of a different %[1]s forces a new resource to be created. Computed if `%[2]s` is set.", r.kind.noun, r.kind.attribute),
				Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
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

// ModifyPlan plans the id once both parts of it are known, and the UUID or the name that is not configured. It warns if
// another block manages the same membership.
func (r *membershipResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var before membership
	if !req.State.Raw.IsNull() {
		before = r.membership(ctx, req.State, &resp.Diagnostics)
	}

	if req.Plan.Raw.IsNull() {
		if r.providerData != nil {
			r.destroyMembership(ctx, r.kind, before, resp)
		}

		return
	}

	pair := r.membership(ctx, req.Plan, &resp.Diagnostics)
	config := r.membership(ctx, req.Config, &resp.Diagnostics)

	if resp.Diagnostics.HasError() {
		return
	}

	pair.setViews(r.planViews(ctx, r.kind, r.kind.memberArguments(), config.views(), pair.views(), before.views(), &resp.Diagnostics))

	plan := changes{&resp.Plan}
	resp.Diagnostics.Append(r.setMember(ctx, plan, pair)...)

	if !req.State.Raw.IsNull() && !strings.EqualFold(pair.memberID.ValueString(), before.memberID.ValueString()) {
		resp.RequiresReplace.Append(path.Root(r.kind.attribute))
	}

	if !pair.username.IsUnknown() && !pair.memberID.IsUnknown() {
		resp.Diagnostics.Append(plan.SetAttribute(ctx, path.Root("id"), pair.id())...)
	}

	if r.providerData != nil && !resp.Diagnostics.HasError() && r.firstPlan(ctx, req, resp) {
		r.conflicts.check(r.kind, pair.username, managedSingly, pair.memberID, &resp.Diagnostics)
		r.unitConflicts.noteUser(r.kind, pair.username, managedSingly, []string{pair.memberID.ValueString()}, &resp.Diagnostics)
		r.adviseOnSignIn(ctx, managedSingly, &resp.Diagnostics)

		switch {
		case req.State.Raw.IsNull():
		case pair.username == before.username && pair.memberID == before.memberID:
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

	pair, ok := r.settled(ctx, req.Plan, &resp.Diagnostics)
	if !ok {
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

	pair := r.membership(ctx, req.State, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}

	r.identify(ctx, resp.Identity, pair)

	username, id := pair.username.ValueString(), pair.memberID.ValueString()
	found, has, err := r.kind.cachedHas(r.directory, ctx, username, id)

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
	default:
		r.readName(ctx, found, pair.name, resp)
	}
}

// readName updates the name in the state, which may have changed outside Terraform.
func (r *membershipResource) readName(ctx context.Context, found member, before types.String, resp *resource.ReadResponse) {
	names, ok := r.namesOf(ctx, r.kind, []member{found})
	if name := only(names); ok && !name.Equal(before) {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, r.nameArgument(), name)...)
	}
}

// Update sends no request: a change of the username or of the role or business unit replaces the resource, unless only the
// letter case or the name changes.
func (r *membershipResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	if !r.ready(&resp.Diagnostics) {
		return
	}

	pair, ok := r.settled(ctx, req.Plan, &resp.Diagnostics)
	if !ok {
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

// pair reads what identifies the membership.
func (r *membershipResource) pair(ctx context.Context, source attributeReader, diags *diag.Diagnostics) membership {
	var pair membership

	diags.Append(source.GetAttribute(ctx, path.Root("username"), &pair.username)...)
	diags.Append(source.GetAttribute(ctx, path.Root(r.kind.attribute), &pair.memberID)...)

	return pair
}

// membership reads all arguments.
func (r *membershipResource) membership(ctx context.Context, source attributeReader, diags *diag.Diagnostics) membership {
	pair := r.pair(ctx, source, diags)
	diags.Append(source.GetAttribute(ctx, r.nameArgument(), &pair.name)...)

	return pair
}

func (r *membershipResource) nameArgument() path.Path { return r.kind.memberArguments().names }

// settled reads a plan, and resolves what the plan could not.
func (r *membershipResource) settled(ctx context.Context, plan attributeReader, diags *diag.Diagnostics) (pair membership, ok bool) {
	pair = r.membership(ctx, plan, diags)
	views := pair.views()

	if diags.HasError() || !r.settleViews(ctx, r.kind, r.nameArgument(), &views, diags) {
		return pair, false
	}

	pair.setViews(views)

	return pair, true
}

// views returns the UUID and the name as sets of one element.
func (m *membership) views() memberViews {
	return memberViews{ids: setOf(m.memberID), names: setOf(m.name)}
}

func (m *membership) setViews(views memberViews) {
	m.memberID, m.name = only(views.ids), only(views.names)
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

	return append(diags, r.setMember(ctx, target, pair)...)
}

func (r *membershipResource) setMember(ctx context.Context, target attributeWriter, pair membership) diag.Diagnostics {
	diags := target.SetAttribute(ctx, path.Root(r.kind.attribute), pair.memberID)

	return append(diags, target.SetAttribute(ctx, r.nameArgument(), pair.name)...)
}

func (r *membershipResource) identify(ctx context.Context, identity *tfsdk.ResourceIdentity, pair membership) {
	setIdentity(ctx, identity, map[string]types.String{"username": pair.username, r.kind.attribute: pair.memberID})
}

func (m membership) id() types.String {
	return types.StringValue(m.username.ValueString() + "/" + m.memberID.ValueString())
}
