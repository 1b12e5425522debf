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
	// Client is the API client of the provider.
	Client *iriusrisk.Client

	// Prefix begins the usernames of all users of this run.
	Prefix string

	settings   Settings
	base       string
	httpClient *http.Client

	// run is the run that this tenant belongs to, nil if it cannot be interrupted.
	run *Run

	// allowFirstRole allows assigning the first role of the tenant if the settings contain none.
	allowFirstRole bool

	// usernames are the possible usernames of this run, own the other objects. mu guards them.
	mu        sync.Mutex
	usernames []string
	own       map[*ownKind]*ownObjects
}

// Open returns the tenant in the settings. It sends no request.
func Open(settings Settings) (*Tenant, error) {
	endpoint, err := iriusrisk.ParseEndpoint(settings.Endpoint)
	if err != nil {
		return nil, fmt.Errorf("%s is invalid: %w", EndpointVariable, err)
	}

	if endpoint.Scheme != "https" && !iriusrisk.IsLoopback(endpoint) {
		return nil, fmt.Errorf("%s uses plain HTTP, which exposes the API token", EndpointVariable)
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

// Check returns an error if the instance is unreachable or rejects the API token. Other unexpected responses are left
// to the report.
func (t *Tenant) Check(ctx context.Context) error {
	_, err := t.Client.GetUserProfile(ctx)
	if iriusrisk.IsUnreachable(err) || iriusrisk.IsUnauthorized(err) {
		return err
	}

	return nil
}

// userAgent identifies the requests to the administrators of the tenant.
const userAgent = "terraform-provider-iriusrisk/live-tests"

// randomHex returns random bytes in hexadecimal.
func randomHex(bytes int) string {
	content := make([]byte, bytes)

	// Read never returns an error.
	_, _ = rand.Read(content)

	return hex.EncodeToString(content)
}

// randomPassword returns a password that satisfies IriusRisk's policy (documented: UsersApi, create_user).
func randomPassword() string { return "Q7-" + randomHex(12) + "-z" }

// Username returns a username of this run and registers it to be swept.
func (t *Tenant) Username(name string) string {
	username := t.Prefix + name

	t.mu.Lock()
	defer t.mu.Unlock()

	if !slices.Contains(t.usernames, username) {
		t.usernames = append(t.usernames, username)
	}

	return username
}

// emailOf returns an e-mail address for a user of this run, in a domain that accepts no mail (RFC 2606).
func emailOf(username string) string { return username + "@example.com" }

// ErrRoleNotNamed means that no role may be assigned, because the settings contain none. The first role of a tenant
// might have many permissions.
var ErrRoleNotNamed = errors.New("no role is set in " + RoleVariable)

// Role returns the role that may be assigned: the one in the settings or, only for a tenant on a loopback address, the
// first one.
func (t *Tenant) Role(ctx context.Context) (iriusrisk.Role, error) {
	if t.settings.Role == "" && !t.allowFirstRole {
		return iriusrisk.Role{}, ErrRoleNotNamed
	}

	return t.ReadableRole(ctx)
}

// ReadableRole returns the role to read: the one in the settings, or else the first one of the tenant.
func (t *Tenant) ReadableRole(ctx context.Context) (iriusrisk.Role, error) {
	roles, err := t.Client.ListRoles(ctx, iriusrisk.ListOptions{})
	if err != nil {
		return iriusrisk.Role{}, err
	}

	return findOrFirst(roles, t.settings.Role, "role", func(role iriusrisk.Role) []string { return []string{role.ID, role.Name} })
}

// BusinessUnit returns the business unit to use: the one in the settings, or else the first one of the tenant.
func (t *Tenant) BusinessUnit(ctx context.Context) (iriusrisk.BusinessUnit, error) {
	units, err := t.Client.ListBusinessUnits(ctx, iriusrisk.ListOptions{})
	if err != nil {
		return iriusrisk.BusinessUnit{}, err
	}

	return findOrFirst(units, t.settings.BusinessUnit, "business unit", func(unit iriusrisk.BusinessUnit) []string { return []string{unit.ID, unit.Name} })
}

func findOrFirst[T any](items []T, wanted, noun string, names func(T) []string) (chosen T, err error) {
	for _, item := range items {
		if wanted == "" || slices.Contains(names(item), wanted) {
			return item, nil
		}
	}

	if wanted == "" {
		return chosen, fmt.Errorf("the tenant has no %s", noun)
	}

	return chosen, fmt.Errorf("the tenant has no %s %q", noun, wanted)
}

// prefix begins the usernames of all runs.
const prefix = "tfacc-"

// A leftover user matches both patterns: another user may match one of them by chance, but not both.
var (
	leftoverUsername = regexp.MustCompile(`^` + prefix + `[0-9a-f]{8}-`)
	leftoverEmail    = regexp.MustCompile(`^` + prefix + `[0-9a-f]{8}-[^@]*@example\.com$`)
)

// Sweep deletes the users, the role and the business unit of this run.
func (t *Tenant) Sweep(ctx context.Context) error {
	t.mu.Lock()
	usernames := slices.Clone(t.usernames)
	t.mu.Unlock()

	var problems []error

	for _, username := range usernames {
		if err := t.Client.DeleteUser(ctx, username); err != nil && !iriusrisk.IsNotFound(err) {
			problems = append(problems, fmt.Errorf("user %q may be left behind: %w", username, err))
		}
	}

	// A role or business unit with members may not be deletable, so users are deleted first.
	for _, kind := range ownKinds {
		if t.mayHaveCreated(kind) {
			problems = append(problems, t.sweepOwn(ctx, kind, t.isOwn(kind)))
		}
	}

	return errors.Join(problems...)
}

// SweepLeftovers deletes the users, roles and business units that earlier runs left behind, and returns the usernames. It
// must not run at the same time as another run.
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

	// A caller that may not list roles or business units cannot have created any.
	for _, kind := range ownKinds {
		if err := t.sweepOwn(ctx, kind, kind.leftover.MatchString); err != nil && !iriusrisk.IsForbidden(err) {
			problems = append(problems, err)
		}
	}

	return swept, errors.Join(problems...)
}
