package provider

import (
	"context"
	"encoding/pem"
	"fmt"
	"io"
	"io/fs"
	"log"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/cli"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// requirement is the block that a configuration needs outside the test framework.
const requirement = "terraform {\n  required_providers {\n    iriusrisk = { source = \"iriusrisk/iriusrisk\" }\n  }\n}\n"

// newWorkspace runs the CLI at hand on a configuration, against a server.
func newWorkspace(t *testing.T, server *simulator.Server, configuration string, variables map[string]string) *cli.Workspace {
	t.Helper()

	return openWorkspace(t, server, fstest.MapFS{"main.tf": {Data: []byte(requirement + configuration)}}, variables)
}

// mirrorFolder holds the mirror once it is built. TestMain removes it.
var mirrorFolder string

// mirror is where the CLI finds the provider of this checkout, built once for all tests.
var mirror = sync.OnceValues(func() (built cli.Mirror, err error) {
	if mirrorFolder, err = os.MkdirTemp("", "iriusrisk-mirror-"); err != nil {
		return "", err
	}

	return cli.IriusRisk.Build(context.Background(), mirrorFolder)
})

// openWorkspace runs the CLI at hand on the files of a configuration, against a server.
func openWorkspace(t *testing.T, server *simulator.Server, configuration fs.FS, variables map[string]string) *cli.Workspace {
	t.Helper()

	path, err := cli.Find(os.Getenv("TF_ACC_TERRAFORM_PATH"))
	if err != nil {
		t.Fatal(err)
	}

	built, err := mirror()
	if err != nil {
		t.Fatal(err)
	}

	env := map[string]string{"IRIUSRISK_ENDPOINT": server.URL(), "IRIUSRISK_API_TOKEN": server.AdminToken()}
	maps.Copy(env, variables)

	workspace, err := cli.NewWorkspace(t.Context(), built, path, t.TempDir(), configuration, env)
	if err != nil {
		t.Fatal(err)
	}

	return workspace
}

// secretsHCL is a configuration with every kind of secret there is.
const secretsHCL = `
variable "plain" {
  type      = string
  sensitive = true
}

variable "write_only" {
  type      = string
  sensitive = true
  ephemeral = true
}

variable "revision" {
  type = number
}

resource "iriusrisk_user" "plain" {
  username   = "plain"
  email      = "plain@example.com"
  first_name = "Plain"
  last_name  = "Password"
  password   = var.plain
}

resource "iriusrisk_user" "write_only" {
  username            = "write-only"
  email               = "write-only@example.com"
  first_name          = "Write-only"
  last_name           = "Password"
  password_wo         = var.write_only
  password_wo_version = var.revision
}

resource "iriusrisk_user_api_token" "bot" {
  username            = "bot"
  rotate_when_changed = { revision = var.revision }
}
`

// No secret shows in the log at any level, in what is printed, in a plan as text, or in an error; and what is
// write-only is in no state and no plan file either.
func TestSecrets_showNowhere(t *testing.T) {
	t.Parallel()
	needs(t, ephemeralResources, writeOnlyArguments)

	server := withBot(t)
	logFile := filepath.Join(t.TempDir(), "trace.log")
	plain, writeOnly := `First-S3cret<"&>'-%`, `Other-S3cret<"&>'-%`
	seen := map[string]bool{server.AdminToken(): true}

	workspace := newWorkspace(t, server, secretsHCL, map[string]string{"TF_LOG": "TRACE", "TF_LOG_PATH": logFile, "TF_VAR_plain": plain, "TF_VAR_write_only": writeOnly})

	var shown strings.Builder

	run := func(arguments ...string) error {
		t.Helper()

		output, err := workspace.Run(t.Context(), arguments...)
		shown.Write(output)

		if err != nil {
			shown.WriteString(err.Error())
		}

		if bot, found := server.User("bot"); found && bot.APIToken != "" {
			seen[bot.APIToken] = true
		}

		return err
	}

	apply := func(revision int, fails bool) {
		t.Helper()

		if err := run("plan", "-input=false", "-out=plan", "-var", fmt.Sprintf("revision=%d", revision)); err != nil {
			t.Error(err)
		}

		if err := run("show", "plan"); err != nil {
			t.Error(err)
		}

		for _, file := range []string{"plan", "terraform.tfstate"} {
			arguments := []string{"show", "-json"}
			if file == "plan" {
				arguments = append(arguments, file)
			}

			machine, err := workspace.Run(t.Context(), arguments...)
			if err != nil {
				t.Error(err)
			}

			if strings.Contains(string(machine), "Other-S3cret") {
				t.Errorf("the write-only password is in %s", file)
			}
		}

		if err := run("apply", "-input=false", "plan"); (err != nil) != fails {
			t.Errorf("revision %d: %v", revision, err)
		}
	}

	// Every write fails in every way, the server repeating what it was sent; then all of them succeed.
	for i, fault := range []simulator.Fault{
		{Kind: simulator.FaultEchoBody, Status: 400},
		{Kind: simulator.FaultEchoBody, Status: 409},
		{Kind: simulator.FaultEchoBody, Status: 500},
		{Kind: simulator.FaultStatus, Status: 403},
		{Kind: simulator.FaultReset},
		{Kind: simulator.FaultBody, Status: 200, Body: []byte("<html>")},
	} {
		for _, operation := range []string{"create_user", "generate_user_api_token"} {
			fault.Operation, fault.Times = operation, -1
			server.Inject(fault)
		}

		apply(i, true)
		server.ClearFaults()
	}

	server.Inject(simulator.Fault{Operation: "get_user", Kind: simulator.FaultStatus, Status: 429, RetryAfter: "0"})
	apply(100, false)

	for i, fault := range []simulator.Fault{{Kind: simulator.FaultEchoBody, Status: 400}, {Kind: simulator.FaultLostAnswer}} {
		fault.Operation = "update_user"
		server.Inject(fault)
		apply(101+i, i == 0)
	}

	if user, _ := server.User("write-only"); user.Password != writeOnly {
		t.Errorf("the write-only password did not arrive: %q", user.Password)
	}

	if err := run("destroy", "-auto-approve", "-input=false", "-var", "revision=102"); err != nil {
		t.Error(err)
	}

	trace, err := os.ReadFile(logFile)
	if err != nil {
		t.Fatal(err)
	}

	if !strings.Contains(string(trace), "generate_user_api_token") || !strings.Contains(string(trace), "rate limited, waiting 0s") || len(seen) < 3 {
		t.Errorf("the log of %d bytes does not have the provider's lines, or only %d tokens were seen", len(trace), len(seen))
	}

	for _, secret := range append(secretForms(plain, writeOnly), slices.Collect(maps.Keys(seen))...) {
		if strings.Contains(string(trace), secret) {
			t.Errorf("the log shows a secret, of which a part is %.12q", secret)
		}

		if strings.Contains(shown.String(), secret) {
			t.Errorf("the output shows a secret, of which a part is %.12q", secret)
		}
	}
}

// secretForms are the passwords and the part of each that no escaping changes.
func secretForms(passwords ...string) []string {
	forms := slices.Clone(passwords)
	for _, secret := range passwords {
		name, _, _ := strings.Cut(secret, "<")
		forms = append(forms, name, url.QueryEscape(secret))
	}

	return forms
}

// Fifty roles of one user, applied side by side, take turns; and different users do not wait for each other.
func TestConcurrency_writesToOneUserTakeTurns(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{FailOverlappingWrites: true, Latency: 5 * time.Millisecond})
	configuration := &strings.Builder{}

	for _, username := range []string{"ada", "grace"} {
		server.AddUser(simulator.User{Username: username, Email: username + "@example.com", Enabled: true})
	}

	var ids []string
	for i := range 50 {
		ids = append(ids, fmt.Sprintf("%q", server.AddRole(fmt.Sprintf("Role %d", i)).ID))
	}

	fmt.Fprintf(configuration, "resource \"iriusrisk_user_role\" \"x\" {\n  for_each = { for pair in setproduct([\"ada\", \"grace\"], [%s]) : join(\"/\", pair) => pair }\n  username = each.value[0]\n  role_id  = each.value[1]\n}\n", strings.Join(ids, ", "))

	workspace := newWorkspace(t, server, configuration.String(), nil)

	runParallel(t, workspace, server, "apply", 50)
	runParallel(t, workspace, server, "destroy", 0)

	if server.MaxConcurrent() < 2 {
		t.Error("nothing went side by side")
	}
}

// runParallel runs a command at parallelism 50, and checks the roles that both users have afterwards.
func runParallel(t *testing.T, workspace *cli.Workspace, server *simulator.Server, command string, roles int) {
	t.Helper()

	if _, err := workspace.Run(t.Context(), command, "-auto-approve", "-input=false", "-parallelism=50"); err != nil {
		t.Fatal(err)
	}

	for _, username := range []string{"ada", "grace"} {
		if user, _ := server.User(username); len(user.RoleIDs) != roles {
			t.Errorf("after %s %s has %d roles, not %d", command, username, len(user.RoleIDs), roles)
		}
	}

	if overlaps := server.OverlappingWrites(); overlaps > 0 {
		t.Errorf("%d writes to one user overlapped", overlaps)
	}
}

// Ctrl-C during a long answer ends the run, and the provider's part of that takes less than a second.
func TestInterrupt_endsTheRun(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	server.Inject(simulator.Fault{Operation: "create_user", Kind: simulator.FaultSlow, Delay: 20 * time.Second, Times: -1})

	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()

	var began atomic.Int64

	server.OnRequest("create_user", func(simulator.RequestInfo) {
		began.Store(time.Now().UnixNano())
		interrupt()
	})

	workspace := newWorkspace(t, server, userHCL("ada", "ada", ""), nil)

	_, err := workspace.Run(ctx, "apply", "-auto-approve", "-input=false")
	took := time.Since(time.Unix(0, began.Load()))

	if err == nil || began.Load() == 0 || took > 3*time.Second {
		t.Errorf("the run ended after %v: %v", took, err)
	}
}

// The provider's own time after an interruption: it looks what became of the request, and gives up soon.
func TestInterrupt_providersOwnTime(t *testing.T) {
	t.Parallel()

	slow := func(operation string, nth int) simulator.Fault {
		return simulator.Fault{Operation: operation, Nth: nth, Times: -1, Kind: simulator.FaultSlow}
	}

	for name, test := range map[string]struct {
		during  string
		faults  []simulator.Fault
		says    string
		inState bool
	}{
		"nothing was created":             {"create_user", []simulator.Fault{slow("create_user", 1)}, "nothing was created", false},
		"the look takes too long as well": {"create_user", []simulator.Fault{slow("create_user", 1), slow("get_user", 2)}, "may have been created", false},
		"the new user is deleted again":   {"disable_user", []simulator.Fault{slow("disable_user", 1)}, "disable user", false},
		"nothing is answered any more":    {"disable_user", []simulator.Fault{slow("disable_user", 1), slow("get_user", 2), slow("delete_user", 1)}, "only partially created", true},
		"before the first look":           {"get_user", []simulator.Fault{slow("get_user", 1)}, "look up username", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			server := startServer(t, simulator.Options{})
			config := adaConfig()
			config["enabled"] = boolean(false)

			p := newConfigured(t, server)
			planned := p.plan(userType, nil, config)
			p.requireNoErrors(planned.Diagnostics)

			for _, fault := range test.faults {
				server.Inject(fault)
			}

			ctx, interrupt := context.WithCancel(t.Context())
			defer interrupt()

			var began time.Time

			server.OnRequest(test.during, func(simulator.RequestInfo) {
				if began.IsZero() {
					began = time.Now()

					interrupt()
				}
			})

			resp, state := p.applyPlanned(ctx, userType, nil, config, planned)

			if took := time.Since(began); took > time.Second {
				t.Errorf("the provider took %v", took)
			}

			p.expectDiagnostics(1, resp.Diagnostics, test.says, "interrupted")

			if _, there := server.User("ada"); (state != nil) != test.inState || there != test.inState {
				t.Errorf("on the server: %t, in state: %v", there, state)
			}
		})
	}
}

// Proxies of the environment are used.
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

// With the authority's certificate the provider talks to an instance behind a private authority, and not without.
func TestPrivateAuthority(t *testing.T) {
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

// A redirect to another server is refused, and the other server learns nothing.
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
		t.Error("the other server was asked")
	}
}

// authorityOf is the certificate of a server, in PEM.
func authorityOf(server *httptest.Server) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
}

func discardLog() *log.Logger { return log.New(io.Discard, "", 0) }
