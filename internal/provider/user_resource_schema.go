package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func (r *userResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Manages an IriusRisk user: their profile, access and password and, optionally, all of their roles and business units.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "The UUID of the user.",
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"username": schema.StringAttribute{
				Required: true,
				MarkdownDescription: "The name that the user signs in with, unique in the instance. With single sign-on it is often an e-mail address. " +
					"Changing this forces a new user to be created; changes in letter case are ignored.",
				Validators:    []validator.String{usernameValidator()},
				PlanModifiers: []planmodifier.String{keepCase{}, stringplanmodifier.RequiresReplace()},
			},
			"email": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "The e-mail address of the user, unique in the instance.",
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1), trimmedValidator()},
			},
			"first_name": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "The first name of the user.",
				Validators:          []validator.String{trimmedValidator()},
			},
			"last_name": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "The last name of the user.",
				Validators:          []validator.String{trimmedValidator()},
			},
			"enabled": schema.BoolAttribute{
				Optional:            true,
				Computed:            true,
				Default:             booldefault.StaticBool(true),
				MarkdownDescription: "Whether the user is enabled. A disabled user still exists but cannot sign in. Defaults to `true`.",
			},
			"password_wo": schema.StringAttribute{
				Optional:  true,
				WriteOnly: true,
				MarkdownDescription: "The password of the user. It is write-only: it is sent to IriusRisk but stored in neither plan nor state. Requires Terraform or OpenTofu 1.11 or later, and `password_wo_version`. " +
					"The password is sent on creation and whenever `password_wo_version` changes. IriusRisk requires at least 13 characters with an upper-case and a lower-case letter, a special and an alphanumeric character, and rejects common passwords and passwords related to the username. " +
					"Omit it for users who sign in with single sign-on.",
			},
			"password_wo_version": schema.Int64Attribute{
				Optional:            true,
				MarkdownDescription: "The version of `password_wo`, any number. Changing this sends `password_wo` again.",
			},
			"password": schema.StringAttribute{
				Optional:  true,
				Sensitive: true,
				MarkdownDescription: "The password of the user, for Terraform and OpenTofu before 1.11. **It is stored in the state in plain text**: prefer `password_wo`. " +
					"Changing this sends the new password. Changes made outside Terraform cannot be detected.",
			},
			"password_expired": schema.BoolAttribute{
				Optional: true,
				Computed: true,
				MarkdownDescription: "Whether the user must set a new password at the next sign-in. If omitted, this is not managed. " +
					"IriusRisk clears this flag when the user sets a new password, which appears as drift; to require a new password only once, add `ignore_changes = [password_expired]`.",
				PlanModifiers: []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()},
			},
			"role_ids":            inlineIDsAttribute(roleMembership),
			"role_names":          memberNamesAttribute(roleMembership),
			"business_unit_ids":   inlineIDsAttribute(businessUnitMembership),
			"business_unit_names": memberNamesAttribute(businessUnitMembership),
			"adopt_existing": schema.BoolAttribute{
				Optional: true,
				Computed: true,
				Default:  booldefault.StaticBool(false),
				MarkdownDescription: "Whether to adopt an existing user with this username, for example one that single sign-on created, instead of returning an error. " +
					"An adopted user is updated to match the configuration. Defaults to `false`.",
			},
			"deletion_policy": schema.StringAttribute{
				Optional: true,
				Computed: true,
				Default:  stringdefault.StaticString(policyDelete),
				MarkdownDescription: "What to do with the user when the resource is destroyed: `delete` deletes the user, `disable` disables the user, and `retain` leaves the user unchanged. Defaults to `delete`. " +
					"A partially created user is always deleted.",
				Validators: []validator.String{stringvalidator.OneOf(policyDelete, policyDisable, policyRetain)},
			},
			"send_reset_password_email": schema.BoolAttribute{
				Optional:            true,
				Computed:            true,
				Default:             booldefault.StaticBool(false),
				MarkdownDescription: "Whether IriusRisk sends a new user an e-mail with a link to set a password. The e-mail is sent only on creation, and not to an adopted user. Defaults to `false`.",
			},
			"revoke_on_disable": schema.SetAttribute{
				Optional:    true,
				Computed:    true,
				ElementType: types.StringType,
				MarkdownDescription: "What else is revoked when the provider disables the user, because of `enabled`, or of `deletion_policy = \"disable\"` when the resource is destroyed: `sessions` ends the user's sessions, and `api_token` revokes their API token. `[]` revokes nothing. Defaults to `[\"sessions\"]`. " +
					"This happens once, after the user was disabled, and not for a user who is disabled already. A plan does not show it, and a failure is only a warning.",
				Validators:    []validator.Set{setvalidator.NoNullValues(), setvalidator.ValueStringsAre(stringvalidator.OneOf(revokeSessions, revokeAPIToken))},
				PlanModifiers: []planmodifier.Set{defaultsToRevocations{}},
			},
		},
	}
}
