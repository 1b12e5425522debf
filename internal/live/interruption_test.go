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
	// writeTime is how long an interruption waits for writes in progress.
	writeTime = 30 * time.Second

	// sweepTime is how long before the timeout of go test a run interrupts itself, so that it can still sweep.
	sweepTime = time.Minute
)

// newInterruptibleRun returns a run that sweeps when a signal arrives, or shortly before go test times out. It also
// removes the folders of the CLI, whose states contain secrets. A second signal ends the process immediately.
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
		fmt.Fprintf(os.Stderr, "interrupted; the sweep of this run returned the error %v\n", err)
		os.Exit(1)
	}()

	return run
}

// interruptibleProvider makes the writes of a provider part of a run.
type interruptibleProvider struct {
	tfprotov6.ProviderServer

	run *Run
}

// ApplyResourceChange is the only call that writes.
func (p interruptibleProvider) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (resp *tfprotov6.ApplyResourceChangeResponse, err error) {
	err = p.run.Write(ctx, func() error {
		resp, err = p.ProviderServer.ApplyResourceChange(ctx, req)

		return err
	})

	return resp, err
}

// A live test that is interrupted during an apply leaves no user, state or plan behind.
func TestLive_interruptedRunSweeps(t *testing.T) {
	t.Parallel()

	if runtime.GOOS == "windows" {
		t.Skip("Windows has no signal for a graceful shutdown")
	}

	server := startServer(t, simulator.Options{})
	before := len(server.Users())
	folder := t.TempDir()

	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestLive$/^lifecycle$", "-test.v", "-test.timeout", "5m")
	child.Env = append(os.Environ(), "TMPDIR="+folder, wantedVariable+"=1", EndpointVariable+"="+server.URL(), APITokenVariable+"="+server.AdminToken())

	// The signal arrives during the creation of the user, whose password is in the state afterwards.
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

// An interruption waits for writes in progress and prevents further ones.
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

	// The interruption begins during the creation. The delay leaves time for a premature sweep.
	interrupted, swept := make(chan error, 1), make(chan struct{})

	server.OnRequest("delete_user", func(simulator.RequestInfo) { close(swept) })
	server.OnRequest("create_user", func(simulator.RequestInfo) {
		go func() { interrupted <- run.Interrupt(t.Context()) }()

		select {
		case <-swept:
			t.Error("the run was swept while a write was in progress")
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
		t.Errorf("the folder still exists: %v", err)
	}

	ended, cancel := context.WithCancel(t.Context())
	cancel()

	if err := run.Write(ended, func() error { t.Error("a write began"); return nil }); err == nil {
		t.Error("a write after the interruption succeeds")
	}
}

// On a tenant that is not on a loopback address, no role is assigned unless the settings name one.
func TestLive_assignsNoRoleUnlessNamed(t *testing.T) {
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
