package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// label names the role in a message.
func (m *roleModel) label() string {
	switch {
	case m.Name.IsNull():
		return m.ID.ValueString()
	case m.ID.ValueString() == "":
		return fmt.Sprintf("%q", m.Name.ValueString())
	default:
		return fmt.Sprintf("%q (%s)", m.Name.ValueString(), m.ID.ValueString())
	}
}

func (m *roleModel) identify(ctx context.Context, identity *tfsdk.ResourceIdentity) {
	setIdentity(ctx, identity, map[string]types.String{"id": m.ID})
}

// request builds the request that creates the role.
func (m *roleModel) request() iriusrisk.RoleRequest {
	return iriusrisk.RoleRequest{Name: m.Name.ValueString(), Description: m.Description.ValueString()}
}

// read copies what the server reports. What it does not report keeps its value in the state.
func (m *roleModel) read(role *iriusrisk.Role) {
	if !strings.EqualFold(m.ID.ValueString(), role.ID) {
		m.ID = types.StringValue(role.ID)
	}

	m.Name = types.StringValue(role.Name)
	m.Description = stringOr(role.Description, m.Description)
}

// matches reports whether a list shows the name and the description in the state.
func (m *roleModel) matches(role *iriusrisk.Role) bool {
	listed := *m
	listed.read(role)

	return role.Description != nil && listed.sameDetails(m)
}

// sameDetails reports whether two models have the same id, name and description.
func (m *roleModel) sameDetails(other *roleModel) bool {
	return m.ID.Equal(other.ID) && m.Name.Equal(other.Name) && m.Description.Equal(other.Description)
}

// sameAs reports whether two models are equal.
func (m *roleModel) sameAs(other *roleModel) bool {
	return m.sameDetails(other) && m.GlobalPermissions.Equal(other.GlobalPermissions) && m.ProjectPermissions.Equal(other.ProjectPermissions)
}

// newRoleModel returns the model of a role without permissions.
func newRoleModel(role *iriusrisk.Role) *roleModel {
	m := &roleModel{GlobalPermissions: types.SetNull(types.StringType), ProjectPermissions: types.SetNull(types.StringType)}
	m.read(role)

	return m
}

// roleDetails is the part of a role that PUT replaces. A nil value is not changed.
type roleDetails struct{ name, description *string }

// plannedDetails returns what an update changes: the values that differ between the plan and the prior state.
func (m *roleModel) plannedDetails(state *roleModel) (change roleDetails) {
	if !m.Name.Equal(state.Name) {
		change.name = m.Name.ValueStringPointer()
	}

	if !m.Description.Equal(state.Description) {
		change.description = m.Description.ValueStringPointer()
	}

	return change
}

// differences returns the names of the attributes whose values on the server differ from those that the change sets.
// unreported tells whether an attribute that the server does not report counts as different.
func (d roleDetails) differences(role *iriusrisk.Role, unreported bool) []string {
	var names []string

	if differs(d.name, &role.Name, unreported) {
		names = append(names, "name")
	}

	if differs(d.description, role.Description, unreported) {
		names = append(names, "description")
	}

	return names
}
