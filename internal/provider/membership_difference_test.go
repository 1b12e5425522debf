package provider

import (
	"testing"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// setTypes are the resources that manage a set of this kind, one for each style.
func (c membershipCase) setTypes() []string {
	return []string{"iriusrisk_user", c.typeName + "s_exclusive"}
}

// newSetSubject returns a set in the style of a resource type, and a server of its own.
func newSetSubject(t *testing.T, kind membershipCase, typeName string) (*simulator.Server, *setSubject) {
	t.Helper()

	server := startServer(t, simulator.Options{})
	subject := &setSubject{instance: instance{typeName: typeName}}

	if typeName == "iriusrisk_user" {
		subject.config = func(ids ...string) values {
			config := adaConfig()
			config[kind.setAttribute()] = texts(ids...)

			return config
		}

		return server, subject
	}

	server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", Enabled: true})

	subject.config = func(ids ...string) values {
		return values{"username": text("ada"), kind.setAttribute(): texts(ids...)}
	}

	return server, subject
}
