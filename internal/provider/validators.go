package provider

import (
	"context"
	"fmt"
	"regexp"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// trimmedValidator refuses values that begin or end with white space.
type trimmedValidator struct{}

func (trimmedValidator) Description(context.Context) string {
	return "value must not begin or end with white space"
}

func (v trimmedValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (trimmedValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}

	if err := iriusrisk.ValidateTrimmed(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid value", fmt.Sprintf("The value %q of %s cannot be used: %s.", req.ConfigValue.ValueString(), req.Path, err))
	}
}

// usernameValidator refuses usernames that the API cannot address.
type usernameValidator struct{}

func (usernameValidator) Description(context.Context) string {
	return "value must be a username that the API can address: not empty, no control character, no white space at its start or end, and none of '.', '..', 'summary', 'invite' and 'invitations'"
}

func (v usernameValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (usernameValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}

	if err := iriusrisk.ValidateUsername(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid username", fmt.Sprintf("The value %q of %s cannot be used: %s.", req.ConfigValue.ValueString(), req.Path, err))
	}
}

// uuidPattern matches the identifiers of roles and business units (documented: UsersApi).
var uuidPattern = regexp.MustCompile(`^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$`)

// uuidValidator refuses what is not a UUID, such as a role's name.
func uuidValidator() validator.String {
	return stringvalidator.RegexMatches(uuidPattern, "must be a UUID such as 38400000-8cf0-11bd-b23e-10b96e4ef00d; a data source finds it by name")
}

// invitationIDValidator accepts UUIDs. The id of an invitation is a secret, so what is wrong with it is said without the
// value and without a path, for which Terraform would print the line of the configuration.
type invitationIDValidator struct{}

func (invitationIDValidator) Description(context.Context) string { return "value must be a UUID" }

func (v invitationIDValidator) MarkdownDescription(ctx context.Context) string {
	return v.Description(ctx)
}

func (invitationIDValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() || uuidPattern.MatchString(req.ConfigValue.ValueString()) {
		return
	}

	resp.Diagnostics.AddError("Invalid id of an invitation", fmt.Sprintf("The argument %s must be a UUID such as 38400000-8cf0-11bd-b23e-10b96e4ef00d.", req.Path))
}

// emailPattern matches what may be an e-mail address: the server knows better, but this catches a username.
var emailPattern = regexp.MustCompile(`^[^\s@]+@[^\s@]+$`)

// endpointValidator accepts what iriusrisk.ParseEndpoint accepts. Its error has no attribute path, because an endpoint that
// is refused may hold a password or a token, and Terraform prints the line that a path leads to.
type endpointValidator struct{}

func (endpointValidator) Description(context.Context) string {
	return "value must be an address such as https://acme.iriusrisk.com"
}

func (v endpointValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (endpointValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}

	if _, err := iriusrisk.ParseEndpoint(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddError("Invalid IriusRisk endpoint", fmt.Sprintf("The argument %s cannot be used: %s.", req.Path, err))
	}
}

// durationValidator accepts positive durations in Go's notation.
type durationValidator struct{}

func (durationValidator) Description(context.Context) string {
	return "value must be a positive duration such as 45s or 2m"
}

func (v durationValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (durationValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}

	if _, err := parseTimeout(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid duration", fmt.Sprintf("The argument %s cannot be used: %s.", req.Path, err))
	}
}

// parseTimeout reads a positive duration.
func parseTimeout(value string) (time.Duration, error) {
	timeout, err := time.ParseDuration(value)
	if err != nil || timeout <= 0 {
		return 0, fmt.Errorf("%q is not a positive duration such as 45s or 2m", value)
	}

	return timeout, nil
}
