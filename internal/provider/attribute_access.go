package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
)

// attributeReader reads single attributes of a configuration, plan, state or identity. Resources whose attribute names
// depend on the membership kind have no model with fixed tags.
type attributeReader interface {
	GetAttribute(ctx context.Context, attribute path.Path, target any) diag.Diagnostics
}

// attributeWriter writes single attributes of a state or of a list result.
type attributeWriter interface {
	SetAttribute(ctx context.Context, attribute path.Path, value any) diag.Diagnostics
}
