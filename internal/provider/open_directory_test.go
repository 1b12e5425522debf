package provider

import (
	"runtime"
	"testing"
	"weak"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/directory"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// A provider in debug mode is configured for each command, and keeps nothing of the previous one.
func TestConfigure_releasesThePreviousRun(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	p := newUnconfigured(t)

	p.requireNoErrors(p.configure(values{"endpoint": text(server.URL()), "api_token": text(server.AdminToken())}))

	diagnostics, _ := p.data("iriusrisk_users", values{})
	p.requireNoErrors(diagnostics)

	previous := openedDirectory(t, p)

	p.requireNoErrors(p.configure(values{"endpoint": text(server.URL()), "api_token": text(server.AdminToken())}))
	runtime.GC()

	if previous.Value() != nil {
		t.Error("the directory of the previous run is in use")
	}

	if openedDirectory(t, p).Value() == nil {
		t.Error("the directory of this run is not in use")
	}
}

func openedDirectory(t *testing.T, p *protocol) weak.Pointer[directory.Directory] {
	t.Helper()

	server, released := p.server.(*contextReleasingServer)
	if !released {
		t.Fatalf("the server is a %T", p.server)
	}

	configured, ok := server.provider.(*iriusriskProvider)
	if !ok {
		t.Fatalf("the provider is a %T", server.provider)
	}

	return weak.Make(configured.directory.opened)
}
