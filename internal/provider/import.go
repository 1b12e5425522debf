package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// usernameToImport returns the username of an import by id or by identity.
func usernameToImport(ctx context.Context, req resource.ImportStateRequest, diags *diag.Diagnostics) (username string, ok bool) {
	username = req.ID

	if username == "" && req.Identity != nil {
		diags.Append(req.Identity.GetAttribute(ctx, path.Root("username"), &username)...)
	}

	if err := iriusrisk.ValidateUsername(username); err != nil {
		diags.AddError("Invalid import", fmt.Sprintf("The import id must be a username, but %q is invalid: %s.", username, err))
	}

	return username, !diags.HasError()
}

// importStateByUsername sets the attribute username to the username of an import.
func importStateByUsername(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	if username, ok := usernameToImport(ctx, req, &resp.Diagnostics); ok {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("username"), username)...)
	}
}

// setIdentity sets all attributes of an identity, in the spelling of the state.
func setIdentity(ctx context.Context, identity *tfsdk.ResourceIdentity, attributes map[string]types.String) {
	if identity == nil {
		return
	}

	values := make(map[string]tftypes.Value, len(attributes))
	for name, value := range attributes {
		values[name] = tftypes.NewValue(tftypes.String, value.ValueStringPointer())
	}

	identity.Raw = tftypes.NewValue(identity.Schema.Type().TerraformType(ctx), values)
}

// importBlock returns an import block for an object, for use in messages.
func importBlock(typeName, id string) string {
	literal := strings.NewReplacer("${", "$${", "%{", "%%{").Replace(fmt.Sprintf("%q", id))

	return fmt.Sprintf("import {\n  to = %s.example\n  id = %s\n}", typeName, literal)
}
