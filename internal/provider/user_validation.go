package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var _ resource.ResourceWithValidateConfig = (*userResource)(nil)

// configuredPasswords holds the arguments about the password of a user.
type configuredPasswords struct {
	password, writeOnly types.String
	version             types.Int64
}

// ValidateConfig checks the arguments about the password. These arguments have no attribute validators, because their
// diagnostics would carry an attribute path, and Terraform would print the line of the configuration that holds the
// password.
func (r *userResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var passwords configuredPasswords

	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("password"), &passwords.password)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("password_wo"), &passwords.writeOnly)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("password_wo_version"), &passwords.version)...)

	if resp.Diagnostics.HasError() {
		return
	}

	passwords.check(&resp.Diagnostics)

	if req.ClientCapabilities.WriteOnlyAttributesAllowed && isConfigured(passwords.password) && !resp.Diagnostics.HasError() {
		resp.Diagnostics.AddWarning("The argument password is stored in the state",
			"The state and saved plans contain the value of password in plain text. Your CLI supports write-only arguments, so set password_wo and password_wo_version instead.")
	}
}

// check adds an error for each invalid combination of the arguments.
func (p configuredPasswords) check(diags *diag.Diagnostics) {
	if isConfigured(p.password) && p.password.ValueString() == "" {
		diags.AddError("Invalid password", "The value of password is empty. Omit the argument for a user without a password.")
	}

	if isConfigured(p.writeOnly) && p.writeOnly.ValueString() == "" {
		diags.AddError("Invalid password", "The value of password_wo is empty. Omit the argument for a user without a password.")
	}

	switch {
	case isConfigured(p.password) && isConfigured(p.writeOnly):
		diags.AddError("Conflicting passwords", "The arguments password and password_wo cannot be set together. Keep password_wo, which is stored in neither plan nor state.")
	case isConfigured(p.writeOnly) && p.version.IsNull():
		diags.AddError("Missing password_wo_version", "The argument password_wo requires password_wo_version. Set it to any number, and change it to send the password again.")
	case p.writeOnly.IsNull() && !p.version.IsNull() && !p.version.IsUnknown():
		diags.AddError("Missing password_wo", "The argument password_wo_version requires password_wo, the password that is sent when the version changes.")
	}
}

// isConfigured reports whether an argument has a known value.
func isConfigured(argument types.String) bool { return !argument.IsNull() && !argument.IsUnknown() }
