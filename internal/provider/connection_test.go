package provider

import (
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// The provider uses the proxies of the environment.
func TestProxy_fromTheEnvironment(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})

	target, err := url.Parse(server.URL())
	if err != nil {
		t.Fatal(err)
	}

	var asked atomic.Value

	forward := httputil.NewSingleHostReverseProxy(target)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Store(r.URL.Host)
		forward.ServeHTTP(w, r)
	}))
	t.Cleanup(proxy.Close)

	workspace := newWorkspace(t, server, "provider \"iriusrisk\" {\n  endpoint = \"http://iriusrisk.internal\"\n  allow_plaintext_http = true\n}\ndata \"iriusrisk_users\" \"x\" {}\n",
		map[string]string{"HTTP_PROXY": proxy.URL, "http_proxy": proxy.URL, "NO_PROXY": "", "no_proxy": ""})

	if _, err := workspace.Run(t.Context(), "plan", "-input=false"); err != nil {
		t.Fatal(err)
	}

	if asked.Load() != "iriusrisk.internal" {
		t.Errorf("the proxy was asked for %v", asked.Load())
	}
}

// The provider connects to an instance with a private certificate authority only with the authority's certificate.
func TestTLS_privateAuthority(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})

	target, err := url.Parse(server.URL())
	if err != nil {
		t.Fatal(err)
	}

	front := httptest.NewUnstartedServer(httputil.NewSingleHostReverseProxy(target))
	front.Config.ErrorLog = discardLog()
	front.StartTLS()
	t.Cleanup(front.Close)

	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, authorityOf(front), 0o600); err != nil {
		t.Fatal(err)
	}

	for name, test := range map[string]struct {
		config values
		works  bool
	}{
		"no authority": {values{}, false},
		"authority":    {values{"ca_certificate_file": text(file)}, true},
		"not verified": {values{"insecure_skip_tls_verify": boolean(true)}, true},
	} {
		test.config["endpoint"], test.config["api_token"] = text(front.URL), text(server.AdminToken())

		p := newUnconfigured(t)
		p.requireNoErrors(p.configure(test.config))

		read, _ := p.read("iriusrisk_user", values{"username": text("admin")})
		if failed(read.Diagnostics) == test.works {
			t.Errorf("%s: %s", name, messages(1, read.Diagnostics))
		}
	}
}

// A redirect to another server is refused, and the other server receives no request.
func TestRedirect_isRefused(t *testing.T) {
	t.Parallel()

	var arrived atomic.Int32

	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, _ *http.Request) { arrived.Add(1) }))
	t.Cleanup(other.Close)

	server := startServer(t, simulator.Options{})
	server.Inject(simulator.Fault{Kind: simulator.FaultStatus, Status: 307, Location: other.URL + "/api/v2/users", Times: -1})

	p := newConfigured(t, server)
	read, _ := p.read("iriusrisk_user", values{"username": text("ada")})
	p.expectDiagnostics(1, read.Diagnostics, "redirect to "+other.URL, "not followed")

	created, _ := p.apply(t.Context(), "iriusrisk_user", nil, adaConfig())
	p.expectDiagnostics(1, created.Diagnostics, "redirect to "+other.URL)

	if arrived.Load() > 0 {
		t.Error("the other server received a request")
	}
}

// authorityOf is the certificate of a server in PEM.
func authorityOf(server *httptest.Server) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
}

func discardLog() *log.Logger { return log.New(io.Discard, "", 0) }
