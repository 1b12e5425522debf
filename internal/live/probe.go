package live

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"regexp"
)

// probe is one examination of a tenant. The checks run in order, and each builds on what earlier ones created.
type probe struct {
	tenant *Tenant

	// ada and bob are the usernames of two users of this run. created records which of them exist.
	ada, bob string
	created  map[string]bool

	// role and unit are the UUIDs of what is assigned to ada, "" if there is none. noRole says why there is no role.
	role, unit string
	noRole     error

	// ownRole and ownUnit are the UUIDs of the role and the business unit of this run, "" if there is none.
	ownRole, ownUnit string

	// permissionIDs are the IDs of the permissions that are assigned to the role of this run, by scope.
	permissionIDs map[string]string

	// token is the latest API token of ada.
	token string

	// responses holds the responses to writes that several checks examine.
	responses map[string]reply

	version, apiVersion string
}

// check is one inferred fact and how to check it.
type check struct {
	fact, assumed string

	// needs is the precondition of the check.
	needs need

	run checkFunc

	// holds reports whether the observed value matches the assumed one; nil compares the two.
	holds func(seen, assumed string) bool

	// handled reports whether the provider handles an observed value other than the assumed one; nil means that it does
	// not.
	handled func(seen string) bool
}

// need is a precondition of a check. All but nothing require a user.
type need int

const (
	nothing need = iota
	userNeeded
	twoUsersNeeded
	roleNeeded
	unitNeeded
	ownRoleNeeded
	ownUnitNeeded
)

// Probe checks every inferred fact. It creates two users, a role and a business unit, which the caller has to sweep.
func Probe(ctx context.Context, tenant *Tenant) Report {
	p := &probe{
		tenant: tenant, ada: tenant.Username("ada"), bob: tenant.Username("bob"),
		created: make(map[string]bool), responses: make(map[string]reply), permissionIDs: make(map[string]string),
	}

	// Without a role or business unit, the facts about them are not seen.
	role, err := tenant.Role(ctx)

	switch {
	case err == nil:
		p.role = role.ID
	case errors.Is(err, ErrRoleNotNamed):
		p.noRole = ErrRoleNotNamed
	default:
		p.noRole = errors.New("there is no role to assign")
	}

	if unit, err := tenant.BusinessUnit(ctx); err == nil {
		p.unit = unit.ID
	}

	var report Report
	for _, check := range checks {
		report.Lines = append(report.Lines, check.line(ctx, p))
	}

	report.Version, report.APIVersion = p.version, p.apiVersion

	return report
}

// line runs the check and judges the result.
func (c check) line(ctx context.Context, p *probe) Line {
	line := Line{Fact: c.fact, Assumed: c.assumed, Verdict: NotSeen}

	if err := p.unmetNeed(c.needs); err != nil {
		line.Seen = err.Error()

		return line
	}

	seen, err := c.run(ctx, p)
	if err != nil {
		line.Seen = err.Error()

		return line
	}

	line.Seen = seen

	switch {
	case seen == c.assumed || (c.holds != nil && c.holds(seen, c.assumed)):
		line.Verdict = AsAssumed
	case c.handled != nil && c.handled(seen):
		line.Verdict = Handled
	default:
		line.Verdict = Unhandled
	}

	return line
}

// misses says what is not there of what a check needs.
func (p *probe) unmetNeed(needed need) error {
	switch {
	case needed != nothing && !p.created[p.ada], needed == twoUsersNeeded && !p.created[p.bob]:
		return errors.New("no user could be created")
	case needed == roleNeeded && p.role == "":
		return p.noRole
	case needed == unitNeeded && p.unit == "":
		return errors.New("there is no business unit to assign")
	case needed == ownRoleNeeded && p.ownRole == "":
		return errors.New("no role could be created")
	case needed == ownUnitNeeded && p.ownUnit == "":
		return errors.New("no business unit could be created")
	default:
		return nil
	}
}

// get reads a path.
func (p *probe) get(ctx context.Context, query url.Values, segments ...string) (reply, error) {
	return p.tenant.send(ctx, http.MethodGet, query, nil, segments...)
}

// create creates a user and records that it exists.
func (p *probe) create(ctx context.Context, described profile) (reply, error) {
	received, err := p.tenant.send(ctx, http.MethodPost, nil, described, "users")
	if err == nil && received.succeeded() {
		p.created[described.Username] = true
	}

	return received, err
}

// update replaces the profile of a user.
func (p *probe) update(ctx context.Context, username string, described profile) (reply, error) {
	return p.tenant.send(ctx, http.MethodPut, nil, described, "users", username)
}

// user reads a user of this run.
func (p *probe) user(ctx context.Context, username string) (object, error) {
	received, err := p.get(ctx, nil, "users", username)
	if err != nil {
		return nil, err
	}

	return received.fields()
}

// profileOf returns the profile of a user of this run.
func (p *probe) profileOf(username string) profile {
	return profile{Username: username, Email: emailOf(username), FirstName: "Terraform", LastName: "O'Test " + p.tenant.Prefix}
}

// versionPattern matches a version. Other values are not shown.
var versionPattern = regexp.MustCompile(`^[0-9]+(\.[0-9]+){1,3}$`)

func versionIn(text string) string {
	if versionPattern.MatchString(text) {
		return text
	}

	return ""
}
