package live

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"regexp"
)

// probe is one look at a tenant. The checks run in their order, and each builds on what those before it have left.
type probe struct {
	tenant *Tenant

	// ada and bob are the usernames of two users of this run; made tells which of the two there are.
	ada, bob string
	created  map[string]bool

	// role and unit are the UUIDs of what ada is assigned and unassigned, "" when there is none; noRole says why.
	role, unit string
	noRole     error

	// token is the API token that ada had last.
	token string

	// written are the answers to writes that more than one check is about.
	responses map[string]reply

	version, apiVersion string
}

// check is one inferred fact and how to look at it.
type check struct {
	fact, assumed string

	// needs is what has to be there, or else the fact cannot be seen.
	needs need

	run checkFunc

	// holds tells whether what is seen is what is assumed; nil compares the two.
	holds func(seen, assumed string) bool

	// handled tells whether the provider is made for what is seen when it is not what is assumed; nil means that it is not.
	handled func(seen string) bool
}

// need is what a check builds on. All but nothing need a user.
type need int

const (
	nothing need = iota
	userNeeded
	twoUsersNeeded
	roleNeeded
	unitNeeded
)

// Probe looks at every inferred fact. It makes two users of its own, which the caller has to sweep.
func Probe(ctx context.Context, tenant *Tenant) Report {
	p := &probe{
		tenant: tenant, ada: tenant.Username("ada"), bob: tenant.Username("bob"),
		created: make(map[string]bool), responses: make(map[string]reply),
	}

	// A tenant without them, or one that hides them, leaves the facts about them unseen.
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

// line looks at the fact and judges what is seen.
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
		return errors.New("no user could be made")
	case needed == roleNeeded && p.role == "":
		return p.noRole
	case needed == unitNeeded && p.unit == "":
		return errors.New("there is no business unit to assign")
	default:
		return nil
	}
}

// get reads what is at a path.
func (p *probe) get(ctx context.Context, query url.Values, segments ...string) (reply, error) {
	return p.tenant.send(ctx, http.MethodGet, query, nil, segments...)
}

// create makes a user, and remembers that they are there.
func (p *probe) create(ctx context.Context, described profile) (reply, error) {
	received, err := p.tenant.send(ctx, http.MethodPost, nil, described, "users")
	if err == nil && received.succeeded() {
		p.created[described.Username] = true
	}

	return received, err
}

// update replaces a user's information.
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

// profileOf is the profile that a user of this run is made with.
func (p *probe) profileOf(username string) profile {
	return profile{Username: username, Email: emailOf(username), FirstName: "Terraform", LastName: "O'Test " + p.tenant.Prefix}
}

// versionPattern is what a version looks like. Anything else that stands in its place is not shown.
var versionPattern = regexp.MustCompile(`^[0-9]+(\.[0-9]+){1,3}$`)

func versionIn(text string) string {
	if versionPattern.MatchString(text) {
		return text
	}

	return ""
}
