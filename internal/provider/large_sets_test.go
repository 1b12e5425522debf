package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// Terraform knows large sets as sets, and the framework as lists. Resources have no other lists of strings.
func TestLargeSets_types(t *testing.T) {
	t.Parallel()

	framework, err := providerserver.NewProtocol6(testProvider())().GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}

	shown, err := providerSchema()
	if err != nil {
		t.Fatal(err)
	}

	large := map[string]string{unitUsersType: "usernames", usersExclusiveType: "usernames"}

	for name, schema := range framework.ResourceSchemas {
		for i, attribute := range schema.Block.Attributes {
			wanted := attribute.Type

			if isList := attribute.Type != nil && attribute.Type.Is(tftypes.List{}); isList != (large[name] == attribute.Name) {
				t.Errorf("%s.%s: a list is %t", name, attribute.Name, isList)
			} else if isList {
				wanted = tftypes.Set{ElementType: tftypes.String}
			}

			if got := shown.ResourceSchemas[name].Block.Attributes[i].Type; got == nil != (wanted == nil) || got != nil && !got.Equal(wanted) {
				t.Errorf("%s.%s: Terraform knows %s, not %s", name, attribute.Name, got, wanted)
			}
		}
	}
}

// A plan is empty if the set has the same elements as before, in any order and letter case.
func TestLargeSets_planOfSpellings(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	addUsers(server, "ada", "bob", "Eve")

	subject := managedUsers(t, server, "ada", "bob", "Eve")

	for _, test := range []struct {
		usernames []string
		empty     bool
	}{
		{[]string{"Eve", "bob", "ada"}, true},
		{[]string{"eve", "BOB", "ada"}, true},
		{[]string{"ada", "bob"}, false},
		{[]string{"ada", "bob", "Eve", "zoe"}, false},
	} {
		p := newConfigured(t, server)
		p.requireNoErrors(subject.refresh(p))

		prior := subject.state["usernames"]

		planned := p.planPrivate(usersExclusiveType, subject.state, values{"usernames": texts(test.usernames...)}, subject.private)
		p.requireNoErrors(planned.Diagnostics)

		if empty := p.decode(p.schema.ResourceSchemas[usersExclusiveType], planned.PlannedState)["usernames"].Equal(prior); empty != test.empty {
			t.Errorf("%v: the plan is empty: %t", test.usernames, empty)
		}
	}
}

// An error about an element names the argument and the value, but no place in the set.
func TestLargeSets_invalidElement(t *testing.T) {
	t.Parallel()

	p := newUnconfigured(t)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, p.validate(usersExclusiveType, values{"usernames": texts("ada", " bob")}), `The value " bob" of usernames is invalid`)
}
