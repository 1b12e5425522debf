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

// importedUsername returns the username that an import gives by its id or its identity.
func importedUsername(ctx context.Context, req resource.ImportStateRequest, diags *diag.Diagnostics) (username string, ok bool) {
	username = req.ID

	if username == "" && req.Identity != nil {
		diags.Append(req.Identity.GetAttribute(ctx, path.Root("username"), &username)...)
	}

	if err := iriusrisk.ValidateUsername(username); err != nil {
		diags.AddError("Invalid import", fmt.Sprintf("The import id is a username, and %q cannot be used: %s.", username, err))
	}

	return username, !diags.HasError()
}

// importUsername takes an import by username into the attribute username.
func importUsername(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	if username, ok := importedUsername(ctx, req, &resp.Diagnostics); ok {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("username"), username)...)
	}
}

// setIdentity sets all attributes of an identity, by the spelling that is in state.
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

// importBlock returns the block that imports an object, ready to paste.
func importBlock(typeName, id string) string {
	literal := strings.NewReplacer("${", "$${", "%{", "%%{").Replace(fmt.Sprintf("%q", id))

	return fmt.Sprintf("import {\n  to = %s.example\n  id = %s\n}", typeName, literal)
}
