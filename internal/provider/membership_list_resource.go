package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"golang.org/x/sync/errgroup"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

var _ list.ListResourceWithConfigure = (*membershipListResource)(nil)

// NewUserRoleListResource returns the list resource iriusrisk_user_role.
func NewUserRoleListResource() list.ListResource {
	return &membershipListResource{membershipResource{kind: roleMembership}}
}

// NewUserBusinessUnitListResource returns the list resource iriusrisk_user_business_unit.
func NewUserBusinessUnitListResource() list.ListResource {
	return &membershipListResource{membershipResource{kind: businessUnitMembership}}
}

// membershipListResource lists the roles, or the business units, of users for `terraform query`.
type membershipListResource struct{ members membershipResource }

// Metadata names the list resource, by the resource that it lists.
func (r *membershipListResource) Metadata(ctx context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	r.members.Metadata(ctx, req, resp)
}

// Configure takes over the provider data.
func (r *membershipListResource) Configure(ctx context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.members.Configure(ctx, req, resp)
}

// ListResourceConfigSchema describes the list block.
func (r *membershipListResource) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: fmt.Sprintf("Lists the %[1]ss of one user, or of all users, which takes a request for each. `terraform query` shows 100 results unless the list block sets `limit`.", r.members.kind.noun),
		Attributes: map[string]schema.Attribute{
			"username": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: fmt.Sprintf("The username of the user whose %ss to list; those of all users when left out.", r.members.kind.noun),
				Validators:          []validator.String{usernameValidator()},
			},
		},
	}
}

// List streams the memberships.
func (r *membershipListResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	results := &listResults{request: req}

	var username types.String

	results.diags.Append(req.Config.GetAttribute(ctx, path.Root("username"), &username)...)

	if !r.members.ready(&results.diags) || results.diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(results.diags)

		return
	}

	stream.Results = func(push func(list.ListResult) bool) {
		if !username.IsNull() {
			r.listOf(ctx, []string{username.ValueString()}, false, results, push)

			return
		}

		r.listAll(ctx, results, push)
	}
}

// listAll streams the memberships of all users, a batch of users at a time.
func (r *membershipListResource) listAll(ctx context.Context, results *listResults, push func(list.ListResult) bool) {
	batch := make([]string, 0, memberReaders)

	for user, err := range r.members.client.EachUser(ctx, iriusrisk.ListOptions{}) {
		if err != nil {
			results.fail(push, "list users", err)

			return
		}

		addressable, more := results.addressable(push, user.Username)
		if !more {
			return
		}

		if addressable {
			batch = append(batch, user.Username)
		}

		if len(batch) < cap(batch) {
			continue
		}

		if !r.listOf(ctx, batch, true, results, push) {
			return
		}

		batch = batch[:0]
	}

	r.listOf(ctx, batch, true, results, push)
}

// listOf reads the memberships of some users side by side and pushes them in the users' order. It reports whether more
// are wanted. A user who has gone since the users were listed has none.
func (r *membershipListResource) listOf(ctx context.Context, usernames []string, mayBeGone bool, results *listResults, push func(list.ListResult) bool) bool {
	var reads errgroup.Group

	kind := r.members.kind
	members := make([][]member, len(usernames))

	for i, username := range usernames {
		reads.Go(func() error {
			found, err := kind.members(ctx, r.members.client, username)
			if err != nil && (!mayBeGone || !iriusrisk.IsNotFound(err)) {
				return &attemptError{attempt: fmt.Sprintf("read the %ss of user %q", kind.noun, username), cause: err}
			}

			members[i] = found

			return nil
		})
	}

	if err := reads.Wait(); err != nil {
		var result list.ListResult

		addAttemptError(&result.Diagnostics, err)
		push(result)

		return false
	}

	for i, username := range usernames {
		for _, found := range members[i] {
			if !results.push(push, r.result(ctx, results.request, username, found)) {
				return false
			}
		}
	}

	return true
}

// result is one membership of the list.
func (r *membershipListResource) result(ctx context.Context, req list.ListRequest, username string, found member) list.ListResult {
	pair := membership{username: types.StringValue(username), memberID: types.StringValue(found.id)}
	result := req.NewListResult(ctx)
	result.DisplayName = fmt.Sprintf("%s: %s", username, found.name)
	r.members.identify(ctx, result.Identity, pair)

	if req.IncludeResource {
		result.Diagnostics.Append(r.members.set(ctx, result.Resource.SetAttribute, pair)...)
	}

	return result
}
