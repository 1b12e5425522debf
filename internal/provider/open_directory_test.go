package provider

import (
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"testing"
	"weak"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

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

// The connections of a run are closed when the provider is configured again, and when Terraform stops it.
func TestConfigure_closesTheConnectionsOfThePreviousRun(t *testing.T) {
	t.Parallel()

	closed := make(chan struct{}, 2)

	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateClosed {
			closed <- struct{}{}
		}
	}

	server.Start()
	t.Cleanup(server.Close)

	p := newUnconfigured(t)
	run := func() {
		p.requireNoErrors(p.configure(values{"endpoint": text(server.URL), "api_token": text("token")}))
		_, _ = p.data("iriusrisk_users", values{})
	}

	run()
	run()
	<-closed

	_, err := p.server.StopProvider(t.Context(), &tfprotov6.StopProviderRequest{})
	p.noError(err)
	<-closed
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
