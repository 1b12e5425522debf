package provider

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// The provider does not disable, delete or set the password of the user that it runs as.
func TestUser_lockOut(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	server.AddUser(simulator.User{Username: "ada", Email: "ada@example.com", FirstName: "Ada", LastName: "Lovelace", Enabled: true})
	token := server.AddCaller("ada", adminPermissions...)

	p := newUnconfigured(t)
	p.requireNoErrors(p.configure(values{"endpoint": text(server.URL()), "api_token": text(token)}))

	_, state := p.read("iriusrisk_user", values{"username": text("ADA"), "id": text(mustUser(t, server, "ada").ID)})
	if state == nil {
		_, state = p.read("iriusrisk_user", values{"username": text("ada")})
	}

	server.ResetJournal()

	for name, change := range map[string]values{
		"disable":         {"enabled": boolean(false)},
		"password":        {"password": text(password)},
		"expire password": {"password_expired": boolean(true)},
		"delete":          nil,
	} {
		var config values

		if change != nil {
			config = adaConfig()
			for attribute, value := range change {
				config[attribute] = value
			}
		}

		resp, _ := p.apply(t.Context(), "iriusrisk_user", state, config)
		p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, resp.Diagnostics, `The provider runs as user "ada"`, "No request was sent", "another administrator")

		if writes := server.Writes(); len(writes) > 0 {
			t.Errorf("%s: a write was sent: %v", name, writes)
		}
	}

	// A change of the profile is allowed.
	renamed := adaConfig()
	renamed["last_name"] = text("Byron")
	resp, _ := p.apply(t.Context(), "iriusrisk_user", state, renamed)
	p.requireNoErrors(resp.Diagnostics)

	// If the provider cannot read its own user, it refuses the change.
	fresh := newUnconfigured(t)
	fresh.requireNoErrors(fresh.configure(values{"endpoint": text(server.URL()), "api_token": text(token)}))
	server.Inject(simulator.Fault{Operation: "get_user_profile", Kind: simulator.FaultStatus, Status: 403, Times: -1})
	server.ResetJournal()

	destroyed, _ := fresh.apply(t.Context(), "iriusrisk_user", state, nil)
	fresh.expectDiagnostics(tfprotov6.DiagnosticSeverityError, destroyed.Diagnostics, "verify", "403")

	if writes := server.Writes(); len(writes) > 0 {
		t.Errorf("a write was sent: %v", writes)
	}
}

// If the server does not report a field of the user that the provider runs as, the provider does not assume that a
// change is safe.
func TestUser_lockOutWithoutPasswordExpired(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	admin := mustUser(t, server, "admin")
	body := fmt.Sprintf(`{"id":%q,"username":"admin","email":"admin@iriusrisk.example","firstName":"Ad","lastName":"Min","enabled":true}`, admin.ID)
	server.Inject(simulator.Fault{Operation: "get_user", Times: -1, Kind: simulator.FaultBody, Status: 200, Body: []byte(body), ContentType: "application/hal+json"})

	p := newConfigured(t, server)
	_, state := p.read("iriusrisk_user", values{"username": text("admin")})
	config := values{
		"username": text("admin"), "email": text(admin.Email), "first_name": text("Ad"), "last_name": text("Min"), "enabled": boolean(true), "password_expired": boolean(true),
	}

	updated, _ := p.apply(t.Context(), "iriusrisk_user", state, config)
	p.expectDiagnostics(tfprotov6.DiagnosticSeverityError, updated.Diagnostics, `The provider runs as user "admin"`)

	if writes := server.Writes(); len(writes) > 0 {
		t.Errorf("a write was sent: %v", writes)
	}
}
