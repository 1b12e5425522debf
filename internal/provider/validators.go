package provider

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// stringCheck is a validator made from a function.
type stringCheck struct {
	// description states the rule. summary is the summary of the error about a value that breaks it.
	description, summary string

	// check returns an error whose text continues "The value is invalid: ".
	check func(value string) error

	// secret keeps the value and the attribute path out of the error. Terraform prints the line of the configuration that
	// an attribute path leads to.
	secret bool
}

var _ validator.String = stringCheck{}

func (c stringCheck) Description(context.Context) string { return c.description }

func (c stringCheck) MarkdownDescription(context.Context) string { return c.description }

func (c stringCheck) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if !isConfigured(req.ConfigValue) {
		return
	}

	value := req.ConfigValue.ValueString()

	switch err := c.check(value); {
	case err == nil:
	case c.secret:
		resp.Diagnostics.AddError(c.summary, fmt.Sprintf("The value of %s is invalid: %s.", req.Path, err))
	default:
		resp.Diagnostics.AddAttributeError(req.Path, c.summary, fmt.Sprintf("The value %q of %s is invalid: %s.", value, argumentOf(req.Path), err))
	}
}

// argumentOf returns the argument at a path. For an element of a set it returns the set: its place in the set is not its place in
// the configuration.
func argumentOf(at path.Path) path.Path {
	switch last, _ := at.Steps().LastStep(); last.(type) {
	case path.PathStepElementKeyValue, path.PathStepElementKeyInt:
		return at.ParentPath()
	default:
		return at
	}
}

// trimmedValidator rejects values that begin or end with white space.
func trimmedValidator() validator.String {
	return stringCheck{
		description: "value must not begin or end with white space",
		summary:     "Invalid value",
		check:       iriusrisk.ValidateTrimmed,
	}
}

// usernameValidator rejects usernames that the API cannot address.
func usernameValidator() validator.String {
	return stringCheck{
		description: "value must be a username that the API can address: not empty, without control characters, without white space at its start or end, and none of '.', '..', 'summary', 'invite' and 'invitations'",
		summary:     "Invalid username",
		check:       iriusrisk.ValidateUsername,
	}
}

// endpointValidator rejects what iriusrisk.ParseEndpoint rejects. A rejected endpoint may contain a password or a token.
func endpointValidator() validator.String {
	return stringCheck{
		description: "value must be a URL such as https://acme.iriusrisk.com",
		summary:     "Invalid IriusRisk endpoint",
		check: func(value string) error {
			_, err := iriusrisk.ParseEndpoint(value)

			return err
		},
		secret: true,
	}
}

// durationValidator accepts positive durations in the notation of Go.
func durationValidator() validator.String {
	return stringCheck{
		description: "value must be a positive duration such as 45s or 2m",
		summary:     "Invalid duration",
		check: func(value string) error {
			_, err := parseTimeout(value)

			return err
		},
	}
}

// parseTimeout parses a positive duration.
func parseTimeout(value string) (time.Duration, error) {
	timeout, err := time.ParseDuration(value)
	if err != nil || timeout <= 0 {
		return 0, errors.New("it is not a positive duration such as 45s or 2m")
	}

	return timeout, nil
}

// uuidPattern matches the identifiers of roles and business units (documented: UsersApi).
var uuidPattern = regexp.MustCompile(`^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$`)

// uuidValidator rejects what is not a UUID, such as the name of a role.
func uuidValidator() validator.String {
	return stringvalidator.RegexMatches(uuidPattern, "must be a UUID such as 38400000-8cf0-11bd-b23e-10b96e4ef00d; use a data source to look it up by name")
}

// invitationIDValidator rejects what is not a UUID. The id of an invitation is a secret.
func invitationIDValidator() validator.String {
	return stringCheck{
		description: "value must be a UUID",
		summary:     "Invalid invitation id",
		check: func(value string) error {
			if !uuidPattern.MatchString(value) {
				return errors.New("it is not a UUID such as 38400000-8cf0-11bd-b23e-10b96e4ef00d")
			}

			return nil
		},
		secret: true,
	}
}

// emailPattern matches what may be an e-mail address. It only catches mistakes such as a username; the server decides.
var emailPattern = regexp.MustCompile(`^[^\s@]+@[^\s@]+$`)
