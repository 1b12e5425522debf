package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
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

func (r *membershipListResource) Metadata(ctx context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	r.members.Metadata(ctx, req, resp)
}

func (r *membershipListResource) Configure(ctx context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.members.Configure(ctx, req, resp)
}

func (r *membershipListResource) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: fmt.Sprintf("Lists the %[1]ss of one user or of all users, with one request per user. `terraform query` shows 100 results unless the list block sets `limit`.", r.members.kind.noun),
		Attributes: map[string]schema.Attribute{
			"username": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: fmt.Sprintf("The username of the user whose %ss to list. If unset, those of all users are listed.", r.members.kind.noun),
				Validators:          []validator.String{usernameValidator()},
			},
		},
	}
}

func (r *membershipListResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var (
		username types.String
		diags    diag.Diagnostics
	)

	diags.Append(req.Config.GetAttribute(ctx, path.Root("username"), &username)...)

	if !r.members.ready(&diags) || diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)

		return
	}

	stream.Results = func(push func(list.ListResult) bool) {
		out := &listResults{request: req, push: push}

		if username.IsNull() {
			r.listAll(ctx, out)

			return
		}

		r.listUsers(ctx, []string{username.ValueString()}, false, out)
	}
}

// listAll sends the memberships of all users. It reads them in batches of users.
func (r *membershipListResource) listAll(ctx context.Context, out *listResults) {
	batch := make([]string, 0, memberReaders)

	for user, err := range r.members.client.EachUser(ctx, iriusrisk.ListOptions{}) {
		if err != nil {
			out.fail(&attemptError{attempt: "list users", cause: err})

			return
		}

		skipped, more := out.skipUnaddressable(user.Username)
		if !more {
			return
		}

		if !skipped {
			batch = append(batch, user.Username)
		}

		if len(batch) < cap(batch) {
			continue
		}

		if !r.listUsers(ctx, batch, true, out) {
			return
		}

		batch = batch[:0]
	}

	r.listUsers(ctx, batch, true, out)
}

// listUsers reads the memberships of several users concurrently, sends them in the order of the users, and reports whether
// Terraform wants more. With wereListed, a user who was deleted since the users were listed is left out.
func (r *membershipListResource) listUsers(ctx context.Context, usernames []string, wereListed bool, out *listResults) (more bool) {
	var reads errgroup.Group

	kind := r.members.kind
	members := make([][]member, len(usernames))
	absent := make([]bool, len(usernames))

	for i, username := range usernames {
		reads.Go(func() error {
			found, err := kind.freshMembers(r.members.client, ctx, username)
			members[i] = found
			err = attempted(fmt.Sprintf("read the %ss of user %q", kind.noun, username), err)

			if wereListed {
				absent[i], err = r.members.absentSinceListed(ctx, username, err)
			}

			return err
		})
	}

	if err := reads.Wait(); err != nil {
		out.fail(err)

		return false
	}

	for i, username := range usernames {
		if absent[i] && !out.skip(username, deletedWhileListed) {
			return false
		}

		for _, found := range members[i] {
			if !out.send(r.result(ctx, out.request, username, found)) {
				return false
			}
		}
	}

	return true
}

func (r *membershipListResource) result(ctx context.Context, req list.ListRequest, username string, found member) list.ListResult {
	pair := membership{username: types.StringValue(username), memberID: types.StringValue(found.id)}
	result := req.NewListResult(ctx)
	result.DisplayName = fmt.Sprintf("%s: %s", username, found.name)
	r.members.identify(ctx, result.Identity, pair)

	if req.IncludeResource {
		result.Diagnostics.Append(r.members.set(ctx, result.Resource, pair)...)
	}

	return result
}
