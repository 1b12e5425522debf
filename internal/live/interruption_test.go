package live

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

const (
	// writeTime is how long an interruption waits for the writes under way.
	writeTime = 30 * time.Second

	// sweepTime is how long before the end of go test's time a run ends itself, so that it can still sweep.
	sweepTime = time.Minute
)

// newInterruptibleRun returns a run that sweeps when a signal ends the process, or shortly before go test does for want of time.
// The folders of the CLI, with states that hold secrets, go with it; a second signal ends the process at once.
func newInterruptibleRun(t *testing.T) *Run {
	t.Helper()

	run := &Run{}
	folder := t.TempDir()
	run.RemoveFolder(folder)
	t.Setenv("TF_ACC_TEMP_DIR", folder)

	signals, ended := make(chan os.Signal, 1), make(chan struct{})
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)

	var timeUp <-chan time.Time
	if deadline, limited := t.Deadline(); limited && time.Until(deadline) > 2*sweepTime {
		timeUp = time.After(time.Until(deadline) - sweepTime)
	}

	t.Cleanup(func() {
		signal.Stop(signals)
		close(ended)
	})

	go func() {
		select {
		case <-ended:
			return
		case <-signals:
		case <-timeUp:
		}

		signal.Stop(signals)

		waiting, cancel := context.WithTimeout(context.Background(), writeTime)
		err := run.Interrupt(waiting)

		cancel()

		// The log is discarded while the CLI runs.
		fmt.Fprintf(os.Stderr, "interrupted; sweeping what this run has made ended with the error %v\n", err)
		os.Exit(1)
	}()

	return run
}

// interruptibleProvider is a provider whose writes are those of a run.
type interruptibleProvider struct {
	tfprotov6.ProviderServer

	run *Run
}

// ApplyResourceChange is the one call that writes.
func (p interruptibleProvider) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (resp *tfprotov6.ApplyResourceChangeResponse, err error) {
	err = p.run.Write(ctx, func() error {
		resp, err = p.ProviderServer.ApplyResourceChange(ctx, req)

		return err
	})

	return resp, err
}

// A live test that is interrupted in the middle of an apply leaves no user, no state and no plan behind.
func TestLive_interruptedRunSweeps(t *testing.T) {
	t.Parallel()

	if runtime.GOOS == "windows" {
		t.Skip("Windows has no signal that ends a process in an orderly way")
	}

	server := startServer(t, simulator.Options{})
	before := len(server.Users())
	folder := t.TempDir()

	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestLive$/^lifecycle$", "-test.v", "-test.timeout", "5m")
	child.Env = append(os.Environ(), "TMPDIR="+folder, wantedVariable+"=1", EndpointVariable+"="+server.URL(), APITokenVariable+"="+server.AdminToken())

	// The signal arrives while the user is being created, who has a password in the state from then on.
	var once sync.Once

	server.OnRequest("create_user", func(simulator.RequestInfo) {
		once.Do(func() {
			if err := child.Process.Signal(syscall.SIGTERM); err != nil {
				t.Error(err)
			}
		})
	})

	output, err := child.CombinedOutput()
	if err == nil || !strings.Contains(string(output), "interrupted") {
		t.Errorf("the run was not interrupted: %v\n%s", err, output)
	}

	if server.Count("create_user") == 0 || len(server.Users()) != before {
		t.Errorf("%d creations, %d users before and %d after\n%s", server.Count("create_user"), before, len(server.Users()), output)
	}

	if strings.Contains(string(output), server.AdminToken()) {
		t.Error("the output shows the API token")
	}

	if err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && strings.HasPrefix(entry.Name(), "terraform.tfstate") {
			t.Errorf("%s is left behind", path)
		}

		return err
	}); err != nil {
		t.Error(err)
	}
}

// An interruption waits for the writes under way, and lets no other one begin.
func TestRun_interruptWaitsForWrites(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	before := len(server.Users())

	run := &Run{}
	folder := t.TempDir()
	run.RemoveFolder(folder)

	tenant, err := run.Open(Settings{Endpoint: server.URL(), APIToken: server.AdminToken()})
	if err != nil {
		t.Fatal(err)
	}

	username := tenant.Username("ada")
	create := func() error {
		_, err := tenant.send(t.Context(), "POST", nil, profile{Username: username, Email: emailOf(username), FirstName: "A", LastName: "L"}, "users")

		return err
	}

	// The interruption begins while the creation is on its way, and has time to sweep too early.
	interrupted, swept := make(chan error, 1), make(chan struct{})

	server.OnRequest("delete_user", func(simulator.RequestInfo) { close(swept) })
	server.OnRequest("create_user", func(simulator.RequestInfo) {
		go func() { interrupted <- run.Interrupt(t.Context()) }()

		select {
		case <-swept:
			t.Error("it swept while a write was under way")
		case <-time.After(50 * time.Millisecond):
		}
	})

	if err := create(); err != nil {
		t.Error(err)
	}

	if err := <-interrupted; err != nil {
		t.Error(err)
	}

	if len(server.Users()) != before {
		t.Errorf("%d users before, %d after", before, len(server.Users()))
	}

	if _, err := os.Stat(folder); !os.IsNotExist(err) {
		t.Errorf("the folder is left: %v", err)
	}

	ended, cancel := context.WithCancel(t.Context())
	cancel()

	if err := run.Write(ended, func() error { t.Error("a write began"); return nil }); err == nil {
		t.Error("a write after the interruption succeeds")
	}
}

// A tenant beyond this machine gets no role assigned that the settings do not name.
func TestLive_withoutANamedRole(t *testing.T) {
	server := startServer(t, simulator.Options{})
	t.Setenv(EndpointVariable, server.URL())
	t.Setenv(APITokenVariable, server.AdminToken())

	run := newInterruptibleRun(t)
	unnamed := func() *Tenant {
		tenant := sweptTenant(t, run, Settings{Endpoint: server.URL(), APIToken: server.AdminToken()})
		tenant.allowFirstRole = false

		return tenant
	}

	for _, line := range Probe(t.Context(), unnamed()).Lines {
		if strings.HasPrefix(line.Fact, "answer to add_user_role") && line.Seen != ErrRoleNotNamed.Error() {
			t.Errorf("%s: %s", line.Fact, line.Seen)
		}
	}

	testLifecycle(t, unnamed())
	testDataSources(t, unnamed())

	for _, role := range server.Roles() {
		if slices.ContainsFunc(server.Writes(), func(write simulator.Entry) bool { return strings.HasSuffix(write.Path, "/"+role.ID) }) {
			t.Errorf("the role %s was assigned", role.Name)
		}
	}

	if server.Count("add_user_business_unit") == 0 {
		t.Error("no business unit was assigned")
	}

	tenant := unnamed()

	tenant.settings.Role = server.Roles()[1].Name
	if role, err := tenant.Role(t.Context()); err != nil || role.ID != server.Roles()[1].ID {
		t.Errorf("the named role is %q: %v", role.ID, err)
	}
}
