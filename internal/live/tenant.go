package live

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// Tenant is an instance of IriusRisk during one run.
type Tenant struct {
	// Client talks to the tenant as the provider does.
	Client *iriusrisk.Client

	// Prefix is what the username of everybody made in this run begins with.
	Prefix string

	settings   Settings
	base       string
	httpClient *http.Client

	// run is the run that this is part of, nil for one that is not interrupted.
	run *Run

	// allowFirstRole tells whether the first role of the tenant may be assigned when none is named.
	allowFirstRole bool

	// usernames are those that users of this run may have, and roleMayExist tells whether a role of it may be there; roles are
	// the UUIDs of those that may be deleted. mu guards them.
	mu           sync.Mutex
	usernames    []string
	roleMayExist bool
	roles        []string
}

// Open returns the tenant that the settings name. It sends no request.
func Open(settings Settings) (*Tenant, error) {
	endpoint, err := iriusrisk.ParseEndpoint(settings.Endpoint)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be used: %w", EndpointVariable, err)
	}

	if endpoint.Scheme != "https" && !iriusrisk.IsLoopback(endpoint) {
		return nil, fmt.Errorf("%s is plain http, which would show the API token to the network", EndpointVariable)
	}

	config := iriusrisk.Config{
		Endpoint: endpoint, APIToken: settings.APIToken, UserAgent: userAgent, MaxRetries: 4, RequestsPerSecond: settings.RequestsPerSecond,
	}

	if settings.CACertificateFile != "" {
		if config.CACertificates, err = os.ReadFile(settings.CACertificateFile); err != nil {
			return nil, fmt.Errorf("%s: %w", CACertificateVariable, err)
		}
	}

	client, err := iriusrisk.New(config)
	if err != nil {
		return nil, err
	}

	httpClient, err := config.HTTPClient()
	if err != nil {
		return nil, err
	}

	return &Tenant{
		Client: client, Prefix: prefix + randomHex(4) + "-", settings: settings, base: endpoint.String() + iriusrisk.APIPath, httpClient: httpClient,
		allowFirstRole: iriusrisk.IsLoopback(endpoint),
	}, nil
}

// Check returns an error when nothing can be learnt of the tenant: it does not answer, or takes the API token for nobody's.
// That it answers in another way than expected is for the report to say.
func (t *Tenant) Check(ctx context.Context) error {
	_, err := t.Client.GetUserProfile(ctx)
	if iriusrisk.IsUnreachable(err) || iriusrisk.IsUnauthorized(err) {
		return err
	}

	return nil
}

// userAgent tells the tenant's administrators what the requests are for.
const userAgent = "terraform-provider-iriusrisk/live-tests"

// randomHex returns as many random bytes as two hexadecimal digits each.
func randomHex(bytes int) string {
	content := make([]byte, bytes)

	// Read never returns an error.
	_, _ = rand.Read(content)

	return hex.EncodeToString(content)
}

// randomPassword returns a password that satisfies IriusRisk's policy (documented: UsersApi, create_user).
func randomPassword() string { return "Q7-" + randomHex(12) + "-z" }

// Username returns a username of this run, and notes it to be swept.
func (t *Tenant) Username(name string) string {
	username := t.Prefix + name

	t.mu.Lock()
	defer t.mu.Unlock()

	if !slices.Contains(t.usernames, username) {
		t.usernames = append(t.usernames, username)
	}

	return username
}

// emailOf returns an e-mail address for a user of this run, in a domain that takes no mail (RFC 2606).
func emailOf(username string) string { return username + "@example.com" }

// ErrRoleNotNamed says that no role may be assigned, because the settings name none. Whichever role a tenant lists first may
// be one that opens everything.
var ErrRoleNotNamed = errors.New("no role is named in " + RoleVariable)

// Role returns the role that may be assigned: the one that is named in the settings. Only a tenant on this machine, which
// is a simulated one, may have its first role assigned instead.
func (t *Tenant) Role(ctx context.Context) (iriusrisk.Role, error) {
	if t.settings.Role == "" && !t.allowFirstRole {
		return iriusrisk.Role{}, ErrRoleNotNamed
	}

	return t.ReadableRole(ctx)
}

// ReadableRole returns the role that is read: the one that is named in the settings, or else the first one of the tenant.
func (t *Tenant) ReadableRole(ctx context.Context) (iriusrisk.Role, error) {
	roles, err := t.Client.ListRoles(ctx, iriusrisk.ListOptions{})
	if err != nil {
		return iriusrisk.Role{}, err
	}

	return findOrFirst(roles, t.settings.Role, "role", func(role iriusrisk.Role) []string { return []string{role.ID, role.Name} })
}

// BusinessUnit returns the business unit that may be used: the one that is named in the settings, or else the first one
// of the tenant.
func (t *Tenant) BusinessUnit(ctx context.Context) (iriusrisk.BusinessUnit, error) {
	units, err := t.Client.ListBusinessUnits(ctx, iriusrisk.ListOptions{})
	if err != nil {
		return iriusrisk.BusinessUnit{}, err
	}

	return findOrFirst(units, t.settings.BusinessUnit, "business unit", func(unit iriusrisk.BusinessUnit) []string { return []string{unit.ID, unit.Name} })
}

func findOrFirst[T any](things []T, wanted, noun string, names func(T) []string) (chosen T, err error) {
	for _, thing := range things {
		if wanted == "" || slices.Contains(names(thing), wanted) {
			return thing, nil
		}
	}

	if wanted == "" {
		return chosen, fmt.Errorf("the tenant has no %s", noun)
	}

	return chosen, fmt.Errorf("the tenant has no %s %q", noun, wanted)
}

// prefix is what the usernames of every run begin with.
const prefix = "tfacc-"

// Whoever is left over from an earlier run has the username and the e-mail address of one: a person may have one of the
// two by chance, but not both.
var (
	leftoverUsername = regexp.MustCompile(`^` + prefix + `[0-9a-f]{8}-`)
	leftoverEmail    = regexp.MustCompile(`^` + prefix + `[0-9a-f]{8}-[^@]*@example\.com$`)
)

// Sweep deletes the users and the role that this run has made.
func (t *Tenant) Sweep(ctx context.Context) error {
	t.mu.Lock()
	usernames, roleMayExist := slices.Clone(t.usernames), t.roleMayExist
	t.mu.Unlock()

	var problems []error

	for _, username := range usernames {
		if err := t.Client.DeleteUser(ctx, username); err != nil && !iriusrisk.IsNotFound(err) {
			problems = append(problems, fmt.Errorf("user %q may be left behind: %w", username, err))
		}
	}

	// The members of a role may keep it from being deleted, so they go first.
	if roleMayExist {
		problems = append(problems, t.sweepRoles(ctx, func(name string) bool { return strings.HasPrefix(name, t.Prefix) }))
	}

	return errors.Join(problems...)
}

// SweepLeftovers deletes the users and roles that earlier runs have left behind, and returns the usernames. It must not be
// used while another run is under way.
func (t *Tenant) SweepLeftovers(ctx context.Context) ([]string, error) {
	users, err := t.Client.ListUsers(ctx, iriusrisk.ListOptions{})
	if err != nil {
		return nil, err
	}

	var (
		swept    []string
		problems []error
	)

	for _, user := range users {
		if user.Email == nil || !leftoverUsername.MatchString(user.Username) || !leftoverEmail.MatchString(strings.ToLower(*user.Email)) {
			continue
		}

		if err := t.Client.DeleteUser(ctx, user.Username); err != nil && !iriusrisk.IsNotFound(err) {
			problems = append(problems, err)

			continue
		}

		swept = append(swept, user.Username)
	}

	// A caller who may not list roles has made none.
	if err := t.sweepRoles(ctx, leftoverRole.MatchString); err != nil && !iriusrisk.IsForbidden(err) {
		problems = append(problems, err)
	}

	return swept, errors.Join(problems...)
}
