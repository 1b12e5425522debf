package directory_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/directory"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// readRoles reads the roles of users, several at a time, and fails the test if one differs.
func (n *tenant) readRoles(d *directory.Directory, users []simulator.User, parallelism int) {
	n.t.Helper()

	var reads errgroup.Group

	reads.SetLimit(parallelism)

	for _, user := range users {
		reads.Go(func() error {
			roles, err := d.UserRoles(n.t.Context(), user.Username)
			if err == nil && !sameIDs(roleIDs(roles), user.RoleIDs) {
				err = fmt.Errorf("user %q has the roles %v, want %v", user.Username, roleIDs(roles), user.RoleIDs)
			}

			return err
		})
	}

	if err := reads.Wait(); err != nil {
		n.t.Error(err)
	}
}

func roleIDs(roles []iriusrisk.Role) []string {
	ids := make([]string, len(roles))
	for i, role := range roles {
		ids[i] = role.ID
	}

	return ids
}

// shuffled returns a number of users in random order.
func shuffled(users []simulator.User, number int, random *rand.Rand) []simulator.User {
	users = slices.Clone(users)
	random.Shuffle(len(users), func(i, j int) { users[i], users[j] = users[j], users[i] })

	return users[:number]
}

// Whichever users of a tenant are configured, at most three quarters as many roles again are read as callers ask for.
func TestUserRoles_atMostTwiceTheReadsAskedFor(t *testing.T) {
	t.Parallel()

	for seed := range uint64(12) {
		n := newTenant(t, 120, simulator.Options{Latency: time.Millisecond})
		random := rand.New(rand.NewPCG(seed, 0))
		users := shuffled(n.users, 1+random.IntN(len(n.users)), random)
		d := n.open(n.AdminToken(), bulk)

		if seed%2 == 0 {
			n.readUsers(d, users[:min(2, len(users))], 1)
		} else {
			n.readUsers(d, users, 10)
		}

		n.readRoles(d, users, 1+random.IntN(20))

		if got, asked := n.Count("get_user_roles"), len(users); got > asked+asked*3/4 {
			t.Errorf("seed %d: %d reads of the roles of %d users", seed, got, asked)
		}
	}
}

// While callers ask for four users at a time, idle slots read other users ahead, and each user is read once.
func TestUserRoles_usesIdleSlots(t *testing.T) {
	t.Parallel()

	for name, note := range map[string]int{"users of the list": 2, "users that were read": 100} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			n := newTenant(t, 100, simulator.Options{Latency: 2 * time.Millisecond})
			d := n.open(n.AdminToken(), bulk)
			n.readUsers(d, n.users[:note], 1)
			n.ResetJournal()
			n.readRoles(d, n.users, 4)

			if got := n.Count("get_user_roles"); got != len(n.users) {
				t.Errorf("%d reads of the roles of %d users", got, len(n.users))
			}

			if got := n.MaxConcurrent(); got <= 4 || got > iriusrisk.DefaultMaxConcurrentRequests {
				t.Errorf("at most %d requests were concurrent", got)
			}
		})
	}
}

// Without bulk reads, and for few users of a large tenant, no roles are read ahead.
func TestUserRoles_notReadAhead(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		options directory.Options
		asked   int
	}{
		"without bulk reads":          {directory.Options{}, 100},
		"few users of a large tenant": {bulk, 40},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			n := newTenant(t, 450, simulator.Options{Latency: time.Millisecond})
			d := n.open(n.AdminToken(), test.options)
			n.readUsers(d, n.users[:2], 1)
			n.ResetJournal()
			n.readRoles(d, n.users[:test.asked], 4)

			if got := n.Count("get_user_roles"); got != test.asked || n.MaxConcurrent() > 4 {
				t.Errorf("%d reads of the roles of %d users, at most %d concurrent", got, test.asked, n.MaxConcurrent())
			}
		})
	}
}

// readAhead returns how many requests for roles were about other users than those whose roles were asked for.
func (n *tenant) readAhead(asked ...[]simulator.User) int {
	count := 0

	for _, entry := range n.Journal() {
		named := func(user simulator.User) bool { return user.Username == entry.Username }
		if entry.Operation == "get_user_roles" && !slices.ContainsFunc(slices.Concat(asked...), named) {
			count++
		}
	}

	return count
}

// A closed directory sends no requests ahead, and ends those in flight.
func TestClose_endsReadingAhead(t *testing.T) {
	t.Parallel()

	n := newTenant(t, 60, simulator.Options{})
	d := n.open(n.AdminToken(), bulk)
	n.readUsers(d, n.users, 1)

	first, later := n.users[:8], n.users[20:50]
	isFirst := func(username string) bool {
		return slices.ContainsFunc(first, func(user simulator.User) bool { return user.Username == username })
	}

	arrived, closed := make(chan struct{}, len(n.users)), make(chan struct{})

	// The server does not answer reads ahead before the directory is closed.
	n.OnRequest("get_user_roles", func(request simulator.RequestInfo) {
		if !isFirst(request.Username) {
			arrived <- struct{}{}

			<-closed
		}
	})

	n.readRoles(d, first, 1)
	<-arrived
	d.Close()
	close(closed)
	n.readRoles(d, later, 4)

	if got := n.readAhead(first, later); got > len(first)*3/4 {
		t.Errorf("%d users were read ahead, want those before the directory was closed", got)
	}
}

// A value whose read began before a write ended is never returned after the write, also if it was read ahead. Each write
// adds a role, so the number of roles tells which writes a value contains.
func TestUserRoles_areNeverOlderThanAWrite(t *testing.T) {
	t.Parallel()

	const workers, usersEach, writes = 8, 3, 20

	for seed := range uint64(4) {
		n := newTenant(t, workers*usersEach, simulator.Options{Latency: time.Millisecond})
		n.AssignAccess(0, 0)

		d := n.open(n.AdminToken(), bulk)
		roles := n.Roles()

		var (
			all     errgroup.Group
			mu      sync.Mutex
			written = make(map[string]int)
		)

		writtenTo := func(username string) int {
			mu.Lock()
			defer mu.Unlock()

			return written[username]
		}

		// write writes a user of the worker, so that writes to one user do not overlap.
		write := func(username string) {
			if number := writtenTo(username); number < writes {
				done := d.Writing(username)
				n.GrantRole(username, roles[number].ID)
				done()

				mu.Lock()
				written[username]++
				mu.Unlock()
			}
		}

		n.readUsers(d, n.users, 10)

		for worker := range workers {
			random := rand.New(rand.NewPCG(seed, uint64(worker)))

			all.Go(func() error {
				for range 60 {
					user := n.users[random.IntN(len(n.users))]

					if random.IntN(3) == 0 {
						user = n.users[worker*usersEach+random.IntN(usersEach)]
						write(user.Username)
					}

					least := writtenTo(user.Username)

					got, err := d.UserRoles(t.Context(), user.Username)
					if err == nil && len(got) < least {
						err = fmt.Errorf("read %d roles after write %d", len(got), least)
					}

					if err != nil {
						return err
					}
				}

				return nil
			})
		}

		if err := all.Wait(); err != nil {
			t.Errorf("seed %d: %v", seed, err)
		}
	}
}

// A read of one user that writes overtake again and again is repeated until no write has overtaken it.
func TestUserRoles_overtakenByManyWrites(t *testing.T) {
	t.Parallel()

	const writes = 5

	n := newTenant(t, 3, simulator.Options{})
	d := n.open(n.AdminToken(), bulk)

	n.OnRequest("get_user_roles", func(request simulator.RequestInfo) {
		if n.Count("get_user_roles") <= writes {
			d.Writing(request.Username)()
		}
	})

	n.readRoles(d, n.users[:1], 1)

	if got := n.Count("get_user_roles"); got != writes+1 {
		t.Errorf("%d requests for a read that %d writes overtook", got, writes)
	}
}
