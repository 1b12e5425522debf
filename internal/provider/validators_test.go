package provider

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// badInput is a configuration that is refused. The message is part of the error, which ends with the path of the argument.
type badInput struct {
	validate func(typeName string, config values) []*tfprotov6.Diagnostic
	typeName string
	config   values
	message  string
}

// Invalid input is refused without any request, and the message names the argument.
func TestBadInput_isRefusedBeforeAnyRequest(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	p := newConfigured(t, server)
	user := func(more values) values { return declared("ada", "ada@example.com", more) }
	sort := func(by any) tftypes.Value {
		return tftypes.NewValue(tftypes.List{ElementType: tftypes.String}, []tftypes.Value{tftypes.NewValue(tftypes.String, by)})
	}

	p.requireNoErrors(p.validate(userType, user(nil)))

	for name, bad := range map[string]badInput{
		"empty username":       {p.validate, userType, user(values{"username": text("")}), "username is invalid: it is empty"},
		"dot":                  {p.validate, userType, user(values{"username": text(".")}), "username is invalid: it cannot be a segment of a path"},
		"dot dot":              {p.validate, userType, user(values{"username": text("..")}), "username is invalid: it cannot be a segment of a path"},
		"summary":              {p.validate, userType, user(values{"username": text("summary")}), "username is invalid: it is the name of another operation"},
		"invite":               {p.validate, userType, user(values{"username": text("invite")}), "username is invalid: it is the name of another operation"},
		"invitations":          {p.validate, userType, user(values{"username": text("invitations")}), "username is invalid: it is the name of another operation"},
		"control character":    {p.validate, userType, user(values{"username": text("a\nb")}), "username is invalid: it contains a control character"},
		"both passwords":       {p.validate, userType, user(values{"password": text("x"), "password_wo": text("y"), "password_wo_version": number(1)}), "password and password_wo cannot be set together"},
		"no password version":  {p.validate, userType, user(values{"password_wo": text("y")}), "password_wo requires password_wo_version"},
		"version without":      {p.validate, userType, user(values{"password_wo_version": number(1)}), "password_wo_version requires password_wo,"},
		"role by name":         {p.validate, "iriusrisk_user_role", values{"username": text("ada"), "role_id": text("ROLE_READ_ONLY")}, "role_id must be a UUID"},
		"role without a user":  {p.validate, "iriusrisk_user_role", values{"username": text(""), "role_id": text(exampleUUID)}, "username is invalid: it is empty"},
		"unit by name":         {p.validate, "iriusrisk_user_business_unit", values{"username": text("ada"), "business_unit_id": text("Payments")}, "business_unit_id must be a UUID"},
		"token of dot dot":     {p.validate, tokenType, values{"username": text("..")}, "username is invalid: it cannot be a segment of a path"},
		"sort":                 {p.validateData, "iriusrisk_users", values{"sort": sort("name;drop")}, "sort[0] must be a property"},
		"sort by null":         {p.validateData, "iriusrisk_users", values{"sort": sort(nil)}, `contains a null value. (AttributeName("sort"))`},
		"role by both":         {p.validateData, "iriusrisk_role", values{"name": text("ROLE_READ_ONLY"), "id": text(exampleUUID)}, "2 attributes specified when one (and only one) of [id,name]"},
		"user by both":         {p.validateData, "iriusrisk_user", values{"username": text("ada"), "email": text("x")}, "2 attributes specified when one (and only one) of [username,email]"},
		"user by nothing":      {p.validateData, "iriusrisk_user", values{}, "one (and only one) of [username,email] is required"},
		"invitation by name":   {p.validateData, "iriusrisk_user_invitation", values{"id": text("x")}, "The value of id is invalid"},
		"role by nothing":      {p.validateData, "iriusrisk_role", values{}, "one (and only one) of [id,name] is required"},
		"role by a bad id":     {p.validateData, "iriusrisk_role", values{"id": text("ROLE_READ_ONLY")}, "id must be a UUID"},
		"unit by two":          {p.validateData, "iriusrisk_business_unit", values{"name": text("Payments"), "reference_id": text("payments")}, "2 attributes specified when one (and only one) of [id,name,reference_id]"},
		"unit by a bad id":     {p.validateData, "iriusrisk_business_unit", values{"id": text("7")}, "id must be a UUID"},
		"password is empty":    {p.validate, userType, user(values{"password": text("")}), "The value of password is empty"},
		"e-mail is empty":      {p.validate, userType, user(values{"email": text("")}), "email string length must be at least 1"},
		"username not given":   {p.validate, tokenType, values{}, "Must set a configuration value for the username attribute"},
		"fractional version":   {p.validate, userType, user(values{"password_wo": text("y"), "password_wo_version": tftypes.NewValue(tftypes.Number, 1.5)}), `1.5) is not an integer. (AttributeName("password_wo_version"))`},
		"token with odd value": {p.validate, tokenType, values{"username": text("a\x00b")}, "username is invalid: it contains a control character"},
	} {
		bad.expect(t, name)
	}

	if requests := server.Journal(); len(requests) > 0 {
		t.Errorf("requests were made: %v", requests)
	}
}

// expect fails the test unless the input is refused.
func (b badInput) expect(t *testing.T, name string) {
	t.Helper()

	var said strings.Builder

	for _, diagnostic := range b.validate(b.typeName, b.config) {
		if diagnostic.Severity == tfprotov6.DiagnosticSeverityError {
			fmt.Fprintf(&said, "%s: %s (%s)\n", diagnostic.Summary, diagnostic.Detail, diagnostic.Attribute)
		}
	}

	if !strings.Contains(said.String(), b.message) {
		t.Errorf("%s: said %q, want %q", name, said.String(), b.message)
	}
}

// Sets and policies are validated without any request, too.
func TestMembershipSets_badInput(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	p := newConfigured(t, server)
	user := func(more values) values { return declared("ada", "ada@example.com", more) }
	null := tftypes.NewValue(tftypes.Set{ElementType: tftypes.String}, []tftypes.Value{tftypes.NewValue(tftypes.String, nil)})

	for name, bad := range map[string]badInput{
		"role by name":            {p.validate, userType, user(values{"role_ids": texts("ROLE_READ_ONLY")}), `role_ids[Value("ROLE_READ_ONLY")] must be a UUID`},
		"null":                    {p.validate, userType, user(values{"role_ids": null}), `contains a null value. (AttributeName("role_ids"))`},
		"exclusive, role by name": {p.validate, "iriusrisk_user_roles_exclusive", values{"username": text("ada"), "role_ids": texts("x")}, `role_ids[Value("x")] must be a UUID`},
		"exclusive, no roles":     {p.validate, "iriusrisk_user_roles_exclusive", values{"username": text("ada")}, "one (and only one) of [role_ids,role_names] is required"},
		"unknown policy":          {p.validate, userType, user(values{"deletion_policy": text("keep")}), `deletion_policy value must be one of: ["delete" "disable" "retain"]`},
	} {
		bad.expect(t, name)
	}

	if requests := server.Journal(); len(requests) > 0 {
		t.Errorf("requests were made: %v", requests)
	}
}

func TestUser_surroundingWhiteSpaceIsRefused(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{TrimProfiles: true})

	for _, attribute := range []string{"username", "email", "first_name", "last_name"} {
		for _, value := range []string{" a@b", "a@b ", "a@b\u00a0"} {
			p := newUnconfigured(t)
			config := declared("ada", "ada@example.com", values{attribute: text(value)})

			if got := messages(tfprotov6.DiagnosticSeverityError, p.validate(userType, config)); !strings.Contains(got, attribute) || !strings.Contains(got, "begins or ends with white space") {
				t.Errorf("%s = %q: %q", attribute, value, got)
			}
		}
	}

	if requests := len(server.Journal()); requests > 0 {
		t.Errorf("%d requests were sent", requests)
	}
}

// Every username is one path segment, in all requests and in the ids of imports.
func TestUser_oddUsernames(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	role, unit := server.AddRole("ROLE_READ_ONLY"), server.AddBusinessUnit("payments", "Payments")
	usernames := []string{`o d/d?x#y%z+w@q'é`, "a/../b", "%2F", "ada@example.com", "...", `back\slash"quote`, "${x}"}
	user := func(i int, lastName string) values {
		return declared(usernames[i], fmt.Sprintf("odd%d@example.com", i), values{"last_name": text(lastName)})
	}

	blocks := make([][]declaredInstance, len(usernames))
	for i, username := range usernames {
		blocks[i] = append([]declaredInstance{{&instance{typeName: userType}, user(i, "One")}}, accessOf(username, role.ID, unit.ID)...)
	}

	run := func(wanted ...string) {
		t.Helper()

		p := newConfigured(t, server)

		for i, ofUser := range blocks {
			for j, block := range ofUser {
				if action := block.plannedAction(p, block.config); action != wanted[min(j, 1)] {
					t.Errorf("%q: %s is planned as %s", usernames[i], block.typeName, action)
				}

				block.requireConverged(p, block.config)
			}
		}
	}

	run("create", "create")
	run("no-op", "no-op")

	for i := range blocks {
		blocks[i][0].config = user(i, "Two")
	}

	run("update", "no-op")
	run("no-op", "no-op")

	for _, username := range usernames {
		expectOddUser(t, server, username, role.ID, unit.ID)
	}

	p := newConfigured(t, server)

	for i, ofUser := range blocks {
		for _, block := range slices.Backward(ofUser) {
			block.requireConverged(p, nil)
		}

		if _, found := server.User(usernames[i]); found {
			t.Errorf("%q was not deleted", usernames[i])
		}
	}
}

// accessOf are a role, a business unit and a token of a user, each in a block of its own.
func accessOf(username, roleID, unitID string) []declaredInstance {
	return []declaredInstance{
		{&instance{typeName: "iriusrisk_user_role"}, values{"username": text(username), "role_id": text(roleID)}},
		{&instance{typeName: "iriusrisk_user_business_unit"}, values{"username": text(username), "business_unit_id": text(unitID)}},
		{&instance{typeName: tokenType}, values{"username": text(username)}},
	}
}

// expectOddUser fails the test unless a user has a new last name, the role, the business unit and a token, and all but the token
// can be imported.
func expectOddUser(t *testing.T, server *simulator.Server, username, roleID, unitID string) {
	t.Helper()

	p := newConfigured(t, server)
	user := mustUser(t, server, username)
	err := errors.Join(
		want("last name", user.LastName, "Two"),
		want("roles", strings.Join(user.RoleIDs, ","), roleID),
		want("units", strings.Join(user.BusinessUnitIDs, ","), unitID),
		want("has a token", user.APIToken != "", true),
		want("imported user", p.stringOf(p.imported(userType, username), "email"), user.Email),
	)

	for typeName, member := range map[string]string{"iriusrisk_user_role": roleID, "iriusrisk_user_business_unit": unitID} {
		imported := p.imported(typeName, username+"/"+member)
		err = errors.Join(
			err,
			want("imported "+typeName, p.stringOf(imported, "username"), username),
			want("id of "+typeName, p.stringOf(imported, strings.TrimPrefix(typeName, "iriusrisk_user_")+"_id"), member),
		)
	}

	if err != nil {
		t.Errorf("%q: %v", username, err)
	}
}
