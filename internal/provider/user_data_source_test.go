package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

func TestUserDataSource_lookup(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{PageCap: 2})
	role, unit := server.AddRole("ROLE_READ_ONLY"), server.AddBusinessUnit("pay", "Payments")
	user := server.AddUser(simulator.User{Username: "ada", Email: "Ada@Example.com", FirstName: "Ada", LastName: "Lovelace", RoleIDs: []string{role.ID}, BusinessUnitIDs: []string{unit.ID}})
	server.AddUser(simulator.User{Username: "not-ada", Email: "not-ada@example.com"})
	server.AddUser(simulator.User{Username: "quoted", Email: "o'hara@example.com"})

	named := func(id, name string) tftypes.Value {
		object := tftypes.NewValue(tftypes.Object{AttributeTypes: map[string]tftypes.Type{"id": tftypes.String, "name": tftypes.String}}, map[string]tftypes.Value{"id": text(id), "name": text(name)})

		return tftypes.NewValue(tftypes.Set{ElementType: object.Type()}, []tftypes.Value{object})
	}

	for argument, value := range map[string]string{"username": "ada", "email": "ada@example.COM"} {
		newConfigured(t, server).expectData("iriusrisk_user", values{argument: text(value)}, values{
			"id": text(user.ID), argument: text(value), "enabled": boolean(false),
			"roles": named(role.ID, "ROLE_READ_ONLY"), "business_units": named(unit.ID, "Payments"), "role_ids": texts(role.ID), "business_unit_ids": texts(unit.ID),
		})
	}

	newConfigured(t, server).expectData("iriusrisk_user", values{"email": text("O'Hara@example.com")}, values{"username": text("quoted")})
	newConfigured(t, server).expectNoData("iriusrisk_user", values{"email": text("da@example.com")}, `no user whose email is exactly "da@example.com"`)
	newConfigured(t, server).expectNoData("iriusrisk_user", values{"username": text("missing")}, `username "missing"`, "404")
}
