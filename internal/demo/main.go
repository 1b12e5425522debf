// Command demo runs a typical workflow with Terraform or OpenTofu against the simulator: create users and their access,
// detect drift, correct it, destroy. It exits with 1 on any unexpected result and leaves nothing behind.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"syscall"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/cli"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

func main() {
	name := flag.String("cli", "", "path or name of the Terraform or OpenTofu CLI; default: terraform or else tofu on PATH")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)

	err := run(ctx, *name, os.Stdout)

	stop()

	if err != nil {
		fmt.Fprintln(os.Stderr, "demo failed:", err)
		os.Exit(1)
	}
}

// run runs the demo.
func run(ctx context.Context, name string, out io.Writer) (err error) {
	path, err := cli.Find(name)
	if err != nil {
		return err
	}

	server, err := simulator.Start(simulator.Options{})
	if err != nil {
		return err
	}
	defer server.Close()

	server.Seed(50, 20, 10)

	dir, err := os.MkdirTemp("", "iriusrisk-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()

	d := &demo{server: server, path: path, dir: dir, out: out}

	return d.play(ctx)
}

// demo is a tenant and a configuration that manages users in it.
type demo struct {
	server    *simulator.Server
	path, dir string
	workspace *cli.Workspace
	out       io.Writer
}

// say prints the description of a step.
func (d *demo) say(format string, arguments ...any) {
	d.print("→ " + fmt.Sprintf(format, arguments...))
}

// print writes a line. Errors writing to a closed terminal are ignored.
func (d *demo) print(line string) { _, _ = fmt.Fprintln(d.out, line) }

// play runs all steps in order.
func (d *demo) play(ctx context.Context) error {
	for _, step := range []func(context.Context) error{
		d.prepare, d.apply, d.planEmpty, d.changeOutside, d.detectDrift, d.correctDrift, d.destroy,
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}

	d.say("Done: all steps succeeded, and nothing is left behind.")

	return nil
}

func (d *demo) prepare(ctx context.Context) error {
	d.say("Build the provider and start a simulated IriusRisk with %d users at %s", len(d.server.Users()), d.server.URL())

	mirror, err := cli.IriusRisk.Build(ctx, d.dir)
	if err != nil {
		return err
	}

	d.workspace, err = cli.NewWorkspace(ctx, mirror, d.path, d.dir, os.DirFS(filepath.Join("examples", "quickstart")), map[string]string{
		"IRIUSRISK_ENDPOINT":  d.server.URL(),
		"IRIUSRISK_API_TOKEN": d.server.AdminToken(),
	})

	return err
}

func (d *demo) apply(ctx context.Context) error {
	d.say("Apply examples/quickstart: three users with roles and business units, and a service account with an API token")

	if _, err := d.workspace.Run(ctx, "apply", "-auto-approve", "-input=false"); err != nil {
		return err
	}

	return d.expectAccess("after the apply")
}

// expectAccess compares the tenant with what examples/quickstart declares.
func (d *demo) expectAccess(when string) error {
	for username, access := range map[string]struct{ roles, units []string }{
		"ada":   {[]string{"ROLE_PORTFOLIO_VIEW", "ROLE_READ_ONLY"}, []string{"Platform"}},
		"alan":  {[]string{"ROLE_DEVELOPER"}, []string{"Mobile", "Payments"}},
		"grace": {[]string{"ROLE_RISK_MANAGER"}, []string{"Payments"}},
	} {
		user, found := d.server.User(username)
		if !found || !user.Enabled {
			return fmt.Errorf("%s user %q is missing or disabled", when, username)
		}

		if roles := d.roleNames(user); !slices.Equal(roles, access.roles) {
			return fmt.Errorf("%s user %q has the roles %q, not %q", when, username, roles, access.roles)
		}

		if units := d.unitNames(user); !slices.Equal(units, access.units) {
			return fmt.Errorf("%s user %q has the business units %q, not %q", when, username, units, access.units)
		}
	}

	if account, _ := d.server.User("svc-pipeline"); account.APIToken == "" {
		return fmt.Errorf("%s the service account has no API token", when)
	}

	return nil
}

// namesOf returns the names of the items with the given IDs, sorted.
func namesOf[T any](all []T, ids []string, idAndName func(T) (id, name string)) []string {
	var names []string

	for _, item := range all {
		if id, name := idAndName(item); slices.Contains(ids, id) {
			names = append(names, name)
		}
	}

	slices.Sort(names)

	return names
}

func (d *demo) roleNames(user simulator.User) []string {
	return namesOf(d.server.Roles(), user.RoleIDs, func(role simulator.Role) (id, name string) { return role.ID, role.Name })
}

func (d *demo) unitNames(user simulator.User) []string {
	return namesOf(d.server.BusinessUnits(), user.BusinessUnitIDs, func(unit simulator.BusinessUnit) (id, name string) { return unit.ID, unit.Name })
}

func (d *demo) planEmpty(ctx context.Context) error {
	d.say("Plan again: no changes")

	return d.expectPlan(ctx)
}

func (d *demo) changeOutside(context.Context) error {
	d.say("Outside Terraform, unassign ROLE_DEVELOPER from alan and disable grace")

	for _, role := range d.server.Roles() {
		if role.Name == "ROLE_DEVELOPER" {
			d.server.RevokeRole("alan", role.ID)
		}
	}

	d.server.UpdateUser("grace", func(user *simulator.User) { user.Enabled = false })

	return nil
}

func (d *demo) detectDrift(ctx context.Context) error {
	d.say("terraform plan -detailed-exitcode shows both changes:")

	return d.expectPlan(ctx, `iriusrisk_user.people["alan"]: update`, `iriusrisk_user.people["grace"]: update`)
}

func (d *demo) correctDrift(ctx context.Context) error {
	d.say("Apply: access matches the configuration again, and the next plan is empty")

	if _, err := d.workspace.Run(ctx, "apply", "-auto-approve", "-input=false"); err != nil {
		return err
	}

	if err := d.expectAccess("after correcting the drift"); err != nil {
		return err
	}

	return d.expectPlan(ctx)
}

func (d *demo) destroy(ctx context.Context) error {
	d.say("Destroy: the four users are deleted, and all other users still exist")

	before := len(d.server.Users())

	if _, err := d.workspace.Run(ctx, "destroy", "-auto-approve", "-input=false"); err != nil {
		return err
	}

	if after := len(d.server.Users()); after != before-4 {
		return fmt.Errorf("%d of %d users are left after destroy, want %d", after, before, before-4)
	}

	for _, username := range []string{"ada", "alan", "grace", "svc-pipeline"} {
		if _, found := d.server.User(username); found {
			return fmt.Errorf("user %q still exists after destroy", username)
		}
	}

	return nil
}

// expectPlan plans, prints the planned changes, and compares them with the expected ones ("address: action").
func (d *demo) expectPlan(ctx context.Context, expected ...string) error {
	changes, err := d.workspace.Plan(ctx)
	if err != nil {
		return err
	}

	for _, change := range changes {
		d.print("    " + change)
	}

	if !slices.Equal(changes, expected) {
		return fmt.Errorf("the plan has the changes %q, want %q", changes, expected)
	}

	return nil
}
