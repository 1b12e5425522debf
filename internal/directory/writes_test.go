package directory_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/directory"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// A response that was on its way when a write began is not returned after the write, neither from an individual read nor
// from a list.
func TestReads_responseIsNotOlderThanAWrite(t *testing.T) {
	t.Parallel()

	for operation, read := range map[string]func(context.Context, *directory.Directory, string) (string, error){
		"get_user": func(ctx context.Context, d *directory.Directory, username string) (string, error) {
			user, err := d.User(ctx, username)

			return emailOf(user), err
		},
		"get_users": func(ctx context.Context, d *directory.Directory, username string) (string, error) {
			user, err := d.ConfirmUser(ctx, username, func(*iriusrisk.User) bool { return true })

			return emailOf(user), err
		},
		"get_users_sorted": func(ctx context.Context, d *directory.Directory, username string) (string, error) {
			users, err := d.Users(ctx, iriusrisk.ListOptions{Sort: []string{"email"}})
			at := slices.IndexFunc(users, func(user iriusrisk.User) bool { return user.Username == username })

			if at < 0 {
				return "", errors.Join(err, errors.New("the user is not in the list"))
			}

			return emailOf(&users[at]), err
		},
	} {
		t.Run(operation, func(t *testing.T) {
			t.Parallel()

			n := newTenant(t, 5, simulator.Options{})
			d := n.open(n.AdminToken(), bulk)
			n.readUsers(d, n.users[:1], 1)

			user := n.users[2]
			operation := strings.TrimSuffix(operation, "_sorted")
			seen, write := make(chan struct{}), make(chan struct{})
			once := sync.OnceFunc(func() {
				close(seen)
				<-write
			})

			// The first response is made before the write and arrives after it.
			n.Inject(simulator.Fault{Operation: operation, Kind: simulator.FaultBody, Status: 200, Body: n.answer(t, operation, user.Username)})
			n.OnRequest(operation, func(simulator.RequestInfo) { once() })

			result := make(chan string, 1)

			go func() {
				email, err := read(t.Context(), d, user.Username)
				result <- errorOr(err, email)
			}()

			<-seen

			done := d.Writing(user.Username)
			n.UpdateUser(user.Username, func(user *simulator.User) { user.Email = "new@example.com" })
			done()
			close(write)

			if got := <-result; got != "new@example.com" {
				t.Errorf("the read that was on its way got %q", got)
			}

			if email, err := read(t.Context(), d, user.Username); err != nil || email != "new@example.com" {
				t.Errorf("the next read got %q, %v", email, err)
			}
		})
	}
}

// answer returns the current response to an operation.
func (n *tenant) answer(t *testing.T, operation, username string) []byte {
	t.Helper()

	items := make([]string, 0, len(n.users))

	for _, user := range n.Users() {
		item := fmt.Sprintf(`{"id":%q,"username":%q,"email":%q,"firstName":%q,"lastName":%q,"enabled":true}`, user.ID, user.Username, user.Email, user.FirstName, user.LastName)
		if operation == "get_user" && user.Username == username {
			return []byte(item)
		}

		items = append(items, item)
	}

	return fmt.Appendf(nil, `{"_embedded":{"items":[%s]},"page":{"number":0,"size":1000,"totalPages":1,"totalElements":%d}}`, strings.Join(items, ","), len(items))
}

// A value read during a write may be outdated, so it is read again after the write.
func TestReads_duringAWrite(t *testing.T) {
	t.Parallel()

	n := newTenant(t, 3, simulator.Options{})
	d := n.open(n.AdminToken(), bulk)
	user := n.users[0]
	done := d.Writing(user.Username)

	if _, err := d.User(t.Context(), user.Username); err != nil {
		t.Fatal(err)
	}

	n.UpdateUser(user.Username, func(user *simulator.User) { user.Email = "new@example.com" })
	done()

	if got, err := d.User(t.Context(), user.Username); err != nil || emailOf(got) != "new@example.com" {
		t.Errorf("got %q, %v", emailOf(got), err)
	}
}

// With concurrent readers and writers, a read that begins after a write returns at least that write.
func TestReads_afterManyWrites(t *testing.T) {
	t.Parallel()

	n := newTenant(t, 4, simulator.Options{Latency: time.Millisecond})
	d := n.open(n.AdminToken(), bulk)

	var (
		all     errgroup.Group
		mu      sync.Mutex
		written = make(map[string]int)
	)

	number := func(email string) (count int) {
		if _, err := fmt.Sscanf(email, "mail-%d@", &count); err != nil {
			return 0
		}

		return count
	}

	for _, user := range n.users {
		all.Go(func() error {
			for i := 1; i <= 20; i++ {
				done := d.Writing(user.Username)
				n.UpdateUser(user.Username, func(changed *simulator.User) { changed.Email = fmt.Sprintf("mail-%d@%s.example", i, user.Username) })
				done()

				mu.Lock()
				written[user.Username] = i
				mu.Unlock()

				// The latency of a read keeps the writes apart.
				if _, err := d.UserRoles(t.Context(), user.Username); err != nil {
					return err
				}
			}

			return nil
		})

		for range 4 {
			all.Go(func() error {
				for range 30 {
					mu.Lock()
					least := written[user.Username]
					mu.Unlock()

					got, err := d.ConfirmUser(t.Context(), user.Username, func(*iriusrisk.User) bool { return true })
					if err != nil {
						return err
					}

					if number(emailOf(got)) < least {
						return fmt.Errorf("read %q after write %d", emailOf(got), least)
					}
				}

				return nil
			})
		}
	}

	if err := all.Wait(); err != nil {
		t.Error(err)
	}
}
