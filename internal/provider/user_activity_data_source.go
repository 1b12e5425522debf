package provider

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

var _ datasource.DataSourceWithConfigure = (*userActivityDataSource)(nil)

// NewUserActivityDataSource returns the data source iriusrisk_user_activity.
func NewUserActivityDataSource() datasource.DataSource { return &userActivityDataSource{} }

type userActivityDataSource struct{ dataSourceBase }

type userActivityModel struct {
	Since       types.String `tfsdk:"since"`
	Users       rawListValue `tfsdk:"users"`
	OldestEvent types.String `tfsdk:"oldest_event"`
	Complete    types.Bool   `tfsdk:"complete"`
}

func (d *userActivityDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_user_activity"
}

func (d *userActivityDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	element := schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
		"username":     schema.StringAttribute{Computed: true, MarkdownDescription: "The name that the user signs in with."},
		"last_sign_in": schema.StringAttribute{Computed: true, MarkdownDescription: "The time of the last successful sign-in, in RFC 3339 and UTC. Null if the audit log contains none."},
		"sign_ins":     schema.Int64Attribute{Computed: true, MarkdownDescription: "The number of successful sign-ins."},
	}}

	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads when the users of the instance last signed in, from the audit log. All users that are visible to the provider's API token are listed.",
		Attributes: map[string]schema.Attribute{
			"since": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "The time from which sign-ins are counted, in RFC 3339, for example `2026-01-31T00:00:00Z`. It must not be in the future. If unset, all sign-ins in the audit log are counted.",
				Validators:          []validator.String{timeValidator()},
			},
			"users": schema.ListNestedAttribute{
				Computed:            true,
				MarkdownDescription: "The users, sorted by username.",
				NestedObject:        element,
				CustomType:          newRawListType(element.Type()),
			},
			"oldest_event": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "The time of the oldest event of any type in the audit log, in RFC 3339 and UTC. Null if the audit log is empty. Sign-ins before this time are unknown, because IriusRisk deletes old events.",
			},
			"complete": schema.BoolAttribute{
				Computed:            true,
				MarkdownDescription: "Whether the audit log reaches back to `since`. If `false`, a warning is shown, and a null `last_sign_in` does not prove that the user has not signed in since then. Always `true` if `since` is not set.",
			},
		},
	}
}

func (d *userActivityDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	if !d.ready(&resp.Diagnostics) {
		return
	}

	var model userActivityModel

	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)

	since := sinceOf(model.Since, &resp.Diagnostics)

	if resp.Diagnostics.HasError() {
		return
	}

	activity, err := d.readActivity(ctx, since)
	if err != nil {
		d.addAttemptReadError(&resp.Diagnostics, err)

		return
	}

	// The oldest event is read last: if it is not newer than since, no sign-in since then was deleted while they were read.
	oldest, err := d.client.OldestAuditEvent(ctx)
	if err != nil {
		d.addReadError(&resp.Diagnostics, "read the oldest event of the audit log", err)

		return
	}

	model.Users = activityList(ctx, model.Users.listType, activity)
	model.OldestEvent = types.StringNull()
	model.Complete = types.BoolValue(since.IsZero())

	if oldest != nil {
		model.OldestEvent = types.StringValue(formatTime(oldest.Time))
		model.Complete = types.BoolValue(since.IsZero() || !oldest.Time.After(since))
	}

	if !model.Complete.ValueBool() {
		resp.Diagnostics.AddAttributeWarning(path.Root("since"), "The audit log does not reach back to since", incompleteActivity(model.Since, model.OldestEvent))
	}

	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

// sinceOf returns the time of the argument since, or the zero time if it is not set. A time in the future would make all
// users look inactive.
func sinceOf(value types.String, diags *diag.Diagnostics) (since time.Time) {
	if value.IsNull() {
		return since
	}

	since, err := parseTime(value.ValueString())

	switch {
	case err != nil:
		diags.AddAttributeError(path.Root("since"), "Invalid time", fmt.Sprintf("The value %q of since is invalid: %s.", value.ValueString(), err))
	case since.After(time.Now()):
		diags.AddAttributeError(path.Root("since"), "Invalid time", fmt.Sprintf("The value %q of since is in the future, so that no user can have signed in since then.", value.ValueString()))
	}

	return since
}

// incompleteActivity explains why sign-ins may be missing.
func incompleteActivity(since, oldest types.String) string {
	log := "The audit log is empty"
	if !oldest.IsNull() {
		log = "The oldest event in the audit log is of " + oldest.ValueString()
	}

	return fmt.Sprintf("%s, but sign-ins since %s were requested. Earlier events were deleted or never existed, so a null last_sign_in does not prove that the user has not signed in since then.", log, since.ValueString())
}

// userActivity counts the sign-ins of a user.
type userActivity struct {
	username string
	last     time.Time
	signIns  int64
}

// readActivity returns the sign-ins of all users, sorted by username. It keeps only what it returns, not the events. Its error
// is an attemptError.
func (d *userActivityDataSource) readActivity(ctx context.Context, since time.Time) ([]*userActivity, error) {
	users, err := d.directory.Users(ctx, iriusrisk.ListOptions{})
	if err != nil {
		return nil, attempted("list users", err)
	}

	activity := make([]*userActivity, len(users))
	byName := make(map[string][]*userActivity, len(users))

	for i := range users {
		activity[i] = &userActivity{username: users[i].Username}
		key := iriusrisk.FoldUsername(users[i].Username)
		byName[key] = append(byName[key], activity[i])
	}

	for event, err := range d.client.EachSignIn(ctx, since) {
		if err != nil {
			return nil, attempted("read the sign-ins in the audit log", err)
		}

		// Users who no longer exist are not in the map.
		for _, user := range byName[iriusrisk.FoldUsername(event.Username)] {
			user.signIns++
			user.last = event.Time
		}
	}

	slices.SortFunc(activity, func(a, b *userActivity) int { return strings.Compare(a.username, b.username) })

	return activity, nil
}

// activityList converts the activity of users to the list value.
func activityList(ctx context.Context, listType rawListType, activity []*userActivity) rawListValue {
	elementType := listType.ElemType.TerraformType(ctx)
	elements := make([]tftypes.Value, len(activity))

	for i, user := range activity {
		var last *string

		if user.signIns > 0 {
			text := formatTime(user.last)
			last = &text
		}

		elements[i] = tftypes.NewValue(elementType, map[string]tftypes.Value{
			"username":     tftypes.NewValue(tftypes.String, user.username),
			"last_sign_in": tftypes.NewValue(tftypes.String, last),
			"sign_ins":     tftypes.NewValue(tftypes.Number, user.signIns),
		})
	}

	return listType.of(ctx, elements)
}

// formatTime formats a time in RFC 3339 and UTC, with fractions of a second if it has any.
func formatTime(at time.Time) string { return at.UTC().Format(time.RFC3339Nano) }

// timeValidator accepts times in RFC 3339.
func timeValidator() validator.String {
	return stringCheck{
		description: "value must be a time in RFC 3339 such as 2026-01-31T00:00:00Z",
		summary:     "Invalid time",
		check: func(value string) error {
			_, err := parseTime(value)

			return err
		},
	}
}

// parseTime parses a time in RFC 3339.
func parseTime(value string) (time.Time, error) {
	at, err := time.Parse(time.RFC3339, value)
	if err != nil {
		return at, errors.New("it is not a time in RFC 3339 such as 2026-01-31T00:00:00Z")
	}

	return at, nil
}
