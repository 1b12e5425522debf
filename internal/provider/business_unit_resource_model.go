package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// createRequest builds the request that creates the business unit.
func (m *businessUnitResourceModel) createRequest() iriusrisk.CreateBusinessUnitRequest {
	return iriusrisk.CreateBusinessUnitRequest{
		ReferenceID: m.ReferenceID.ValueString(), Name: m.Name.ValueString(), Description: m.Description.ValueString(),
	}
}

// label names the business unit in a message.
func (m *businessUnitResourceModel) label() string {
	if m.Name.IsNull() {
		return m.ID.ValueString()
	}

	return fmt.Sprintf("%q (%s)", m.Name.ValueString(), m.ID.ValueString())
}

func (m *businessUnitResourceModel) identify(ctx context.Context, identity *tfsdk.ResourceIdentity) {
	setIdentity(ctx, identity, map[string]types.String{"id": m.ID})
}

// read copies what the server reports. What it does not report keeps its value in the state.
func (m *businessUnitResourceModel) read(unit *iriusrisk.BusinessUnit) {
	if !strings.EqualFold(m.ID.ValueString(), unit.ID) {
		m.ID = types.StringValue(unit.ID)
	}

	m.Name = types.StringValue(unit.Name)
	m.ReferenceID = stringOr(unit.ReferenceID, m.ReferenceID)
	m.Description = stringOr(unit.Description, m.Description)
}

// matches reports whether a list shows every field with the value in the state.
func (m *businessUnitResourceModel) matches(unit *iriusrisk.BusinessUnit) bool {
	listed := *m
	listed.read(unit)

	return unit.ReferenceID != nil && unit.Description != nil && listed == *m
}

// importedUnit returns the state of a business unit after an import and a read.
func importedUnit(unit *iriusrisk.BusinessUnit) businessUnitResourceModel {
	imported := businessUnitResourceModel{ForceDestroy: types.BoolValue(false)}
	imported.read(unit)

	return imported
}

// unitDetails is the part of a business unit that can be changed.
type unitDetails struct {
	// A nil value is not changed.
	name, description *string
}

// plannedDetails returns what an update changes: the values that differ between the plan and the prior state.
func (m *businessUnitResourceModel) plannedDetails(state *businessUnitResourceModel) (change unitDetails) {
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
func (d unitDetails) differences(unit *iriusrisk.BusinessUnit, unreported bool) []string {
	var names []string

	if differs(d.name, &unit.Name, unreported) {
		names = append(names, "name")
	}

	if differs(d.description, unit.Description, unreported) {
		names = append(names, "description")
	}

	return names
}
