package directory_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"runtime"
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

// tenant is a simulated instance of so many users, each with three roles and two business units of ten.
type tenant struct {
	*simulator.Server

	t     testing.TB
	users []simulator.User
}

func newTenant(tb testing.TB, users int, options simulator.Options) *tenant {
	tb.Helper()

	server, err := simulator.Start(options)
	if err != nil {
		tb.Fatal(err)
	}

	tb.Cleanup(server.Close)
	server.Seed(users, 20, 10)
	server.AssignAccess(3, 2)

	all := slices.DeleteFunc(server.Users(), func(user simulator.User) bool { return user.Username == "admin" })

	return &tenant{Server: server, t: tb, users: all}
}

// open returns a directory of the tenant as the holder of a token sees it.
func (n *tenant) open(token string, options directory.Options) *directory.Directory {
	n.t.Helper()

	endpoint, err := url.Parse(n.URL())
	if err != nil {
		n.t.Fatal(err)
	}

	client, err := iriusrisk.New(iriusrisk.Config{Endpoint: endpoint, APIToken: token, RetryWaitMin: time.Millisecond, RetryWaitMax: time.Millisecond})
	if err != nil {
		n.t.Fatal(err)
	}

	n.ResetJournal()

	return directory.New(client, options)
}

// bulk are the options that a provider has by default.
var bulk = directory.Options{BulkReads: true}

// as confirms a user who is as the state has them: by their e-mail address, which is enough here.
func as(user simulator.User) func(*iriusrisk.User) bool {
	return func(listed *iriusrisk.User) bool { return listed.Email != nil && *listed.Email == user.Email }
}

// readUsers reads users as Terraform does, so many at a time, and fails the test when one is not as expected.
func (n *tenant) readUsers(d *directory.Directory, users []simulator.User, parallelism int) {
	n.t.Helper()

	var reads errgroup.Group

	reads.SetLimit(parallelism)

	for _, user := range users {
		reads.Go(func() error {
			got, err := d.ConfirmUser(n.t.Context(), user.Username, as(user))
			if err == nil && got.ID != user.ID {
				err = fmt.Errorf("user %q has the id %s, want %s", user.Username, got.ID, user.ID)
			}

			return err
		})
	}

	if err := reads.Wait(); err != nil {
		n.t.Error(err)
	}
}

// readUnits reads every unit of users one by one, as the additive resources do.
func (n *tenant) readUnits(d *directory.Directory, users []simulator.User, parallelism int) {
	n.t.Helper()

	var reads errgroup.Group

	reads.SetLimit(parallelism)

	for _, user := range users {
		for _, id := range user.BusinessUnitIDs {
			reads.Go(func() error {
				has, err := d.HasBusinessUnit(n.t.Context(), user.Username, id)
				if err == nil && !has {
					err = fmt.Errorf("user %q lacks the business unit %s", user.Username, id)
				}

				return err
			})
		}
	}

	if err := reads.Wait(); err != nil {
		n.t.Error(err)
	}
}

// expectRequests fails the test unless at most so many requests arrived.
func (n *tenant) expectRequests(most int, what string) {
	n.t.Helper()

	if got := len(n.Journal()); got > most {
		n.t.Errorf("%s took %d requests, want at most %d", what, got, most)
	}
}

// Whatever the sizes of tenant, configuration and page, and however many reads are under way at once, users never take
// more than twice the requests of the better of reading each of them and listing all.
func TestUser_neverMoreThanTwiceTheBetterWay(t *testing.T) {
	t.Parallel()

	for _, tenantSize := range []int{1, 7, 60, 200} {
		for _, pageCap := range []int{1, 7, 50, 1000} {
			n := newTenant(t, tenantSize, simulator.Options{PageCap: pageCap})
			pages := (len(n.Users()) + pageCap - 1) / pageCap

			for _, configured := range []int{1, 2, 5, 8, 40, 200} {
				for _, parallelism := range []int{1, 10} {
					users := n.users[:min(configured, len(n.users))]
					n.readUsers(n.open(n.AdminToken(), bulk), users, parallelism)
					n.expectRequests(2*min(len(users), pages), fmt.Sprintf("%d of %d users at %d a page, %d at once", len(users), tenantSize, pageCap, parallelism))
				}
			}
		}
	}
}

// The same holds for the units of users, which are listed unit by unit.
func TestHasBusinessUnit_neverMoreThanTwiceTheBetterWay(t *testing.T) {
	t.Parallel()

	for _, tenantSize := range []int{1, 12, 100} {
		for _, pageCap := range []int{2, 10, 1000} {
			n := newTenant(t, tenantSize, simulator.Options{PageCap: pageCap})

			pages := 0

			for _, unit := range n.BusinessUnits() {
				members := 0

				for _, user := range n.users {
					if slices.Contains(user.BusinessUnitIDs, unit.ID) {
						members++
					}
				}

				pages += max(1, (members+pageCap-1)/pageCap)
			}

			// A user's own units take more than one page when pages are small.
			own := (2 + pageCap - 1) / pageCap

			for _, configured := range []int{1, 2, 5, 30, 100} {
				for _, parallelism := range []int{1, 10} {
					users := n.users[:min(configured, len(n.users))]
					n.readUnits(n.open(n.AdminToken(), bulk), users, parallelism)
					n.expectRequests(2*min(own*len(users), pages), fmt.Sprintf("units of %d of %d users at %d a page, %d at once", len(users), tenantSize, pageCap, parallelism))
				}
			}
		}
	}
}

// Five users of a tenant of six thousand are not worth its six pages more than once.
func TestUser_fewOfMany(t *testing.T) {
	t.Parallel()

	n := newTenant(t, 6000, simulator.Options{})

	for _, parallelism := range []int{1, 10} {
		n.readUsers(n.open(n.AdminToken(), bulk), n.users[100:105], parallelism)
		n.expectRequests(10, "five of 6,000 users")
	}
}

// All users of a tenant take its pages and next to nothing more, and so do all their units.
func TestWholeTenant_takesItsPages(t *testing.T) {
	t.Parallel()

	n := newTenant(t, 300, simulator.Options{})
	d := n.open(n.AdminToken(), bulk)

	n.readUsers(d, n.users, 10)
	n.expectRequests(1+5, "300 users")

	n.ResetJournal()
	n.readUnits(d, n.users, 10)
	n.expectRequests(2*10, "the ten units of 300 users")
}

// Without bulk reads nothing is listed.
func TestUser_withoutBulkReads(t *testing.T) {
	t.Parallel()

	n := newTenant(t, 20, simulator.Options{})
	d := n.open(n.AdminToken(), directory.Options{})

	n.readUsers(d, n.users, 10)
	n.readUnits(d, n.users, 10)

	if got := []int{n.Count("get_user"), n.Count("get_user_business_units"), len(n.Journal())}; !slices.Equal(got, []int{20, 20, 40}) {
		t.Errorf("users, units and all requests are %v", got)
	}
}

// A list that fails, is forbidden or is no list is given up, and every user is read on their own.
func TestUser_bulkReadFails(t *testing.T) {
	t.Parallel()

	for name, fault := range map[string]simulator.Fault{
		"forbidden": {Kind: simulator.FaultStatus, Status: 403},
		"down":      {Kind: simulator.FaultStatus, Status: 500},
		"no list":   {Kind: simulator.FaultBody, Status: 200, Body: []byte(`{}`)},
		"reset":     {Kind: simulator.FaultReset},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			n := newTenant(t, 30, simulator.Options{})
			d := n.open(n.AdminToken(), bulk)

			for _, operation := range []string{"get_users", "get_business_unit_users"} {
				fault.Operation, fault.Times = operation, -1
				n.Inject(fault)
			}

			n.readUsers(d, n.users, 10)
			n.readUnits(d, n.users, 10)

			if got := []int{n.Count("get_user"), n.Count("get_users"), n.Count("get_user_business_units")}; !slices.Equal(got, []int{30, 1, 30}) {
				t.Errorf("single reads, lists and units are %v", got)
			}
		})
	}
}

// A later page that fails leaves the first one useful.
func TestUser_laterPageFails(t *testing.T) {
	t.Parallel()

	n := newTenant(t, 30, simulator.Options{PageCap: 10})
	d := n.open(n.AdminToken(), bulk)

	n.Inject(simulator.Fault{Operation: "get_users", Nth: 2, Kind: simulator.FaultStatus, Status: 403, Times: -1})
	n.readUsers(d, n.users, 1)

	if singles := n.Count("get_user"); singles < 20 || singles > 22 {
		t.Errorf("%d users were read singly", singles)
	}
}

// A user of the business units' own manager who is not in the list is read directly, and is gone for good reason only.
func TestUser_missingFromTheListIsReadDirectly(t *testing.T) {
	t.Parallel()

	n := newTenant(t, 10, simulator.Options{})
	d := n.open(n.AdminToken(), bulk)
	n.readUsers(d, n.users, 1)

	added := n.AddUser(simulator.User{Username: "late", Email: "late@example.com"})
	n.ResetJournal()
	n.readUsers(d, []simulator.User{added}, 1)

	_, err := d.ConfirmUser(t.Context(), "nobody", as(added))
	if !iriusrisk.IsNotFound(err) {
		t.Errorf("the error is %v", err)
	}

	if got := n.Count("get_user"); got != 2 {
		t.Errorf("%d direct reads, want 2", got)
	}
}

// What a list shows otherwise than expected is read directly, and that answer counts.
func TestUser_whatDiffersIsReadDirectly(t *testing.T) {
	t.Parallel()

	n := newTenant(t, 10, simulator.Options{})
	d := n.open(n.AdminToken(), bulk)
	n.readUsers(d, n.users[:2], 1)

	drifted := n.users[5]
	n.UpdateUser(drifted.Username, func(user *simulator.User) { user.Email = "moved@example.com" })
	n.ResetJournal()

	got, err := d.ConfirmUser(t.Context(), drifted.Username, func(listed *iriusrisk.User) bool { return listed.ID == "another" })
	if err != nil || got.Email == nil || *got.Email != "moved@example.com" {
		t.Errorf("got %v, %v", got, err)
	}

	n.expectRequests(1, "a user who differs")
}

// A business unit's list confirms membership; that somebody is not in it comes from a direct read.
func TestHasBusinessUnit_absenceIsReadDirectly(t *testing.T) {
	t.Parallel()

	n := newTenant(t, 30, simulator.Options{})
	d := n.open(n.AdminToken(), bulk)
	n.readUnits(d, n.users, 1)

	lost := n.users[20]
	n.LeaveBusinessUnit(lost.Username, lost.BusinessUnitIDs[0])
	n.ResetJournal()

	// The list, which is remembered, still shows the user.
	if has, err := d.HasBusinessUnit(t.Context(), lost.Username, lost.BusinessUnitIDs[0]); err != nil || !has {
		t.Errorf("got %v, %v", has, err)
	}

	other := otherUnit(n, lost)
	if has, err := d.HasBusinessUnit(t.Context(), lost.Username, other); err != nil || has {
		t.Errorf("got %v, %v for a unit that the user is not in", has, err)
	}

	if got := n.Count("get_user_business_units"); got != 1 {
		t.Errorf("%d direct reads, want 1", got)
	}
}

// otherUnit is a unit that a user is not in.
func otherUnit(n *tenant, user simulator.User) string {
	for _, unit := range n.BusinessUnits() {
		if !slices.Contains(user.BusinessUnitIDs, unit.ID) {
			return unit.ID
		}
	}

	return ""
}

// Identical reads share one request and its answer, until the user is written to; others keep theirs.
func TestReads_areSharedUntilAWrite(t *testing.T) {
	t.Parallel()

	n := newTenant(t, 3, simulator.Options{})
	d := n.open(n.AdminToken(), directory.Options{})

	read := func(times int) {
		var reads errgroup.Group

		for range times {
			for _, user := range n.users[:2] {
				reads.Go(func() error {
					_, err := d.User(t.Context(), user.Username)
					_, rolesErr := d.UserRoles(t.Context(), user.Username)
					_, unitsErr := d.UserBusinessUnits(t.Context(), user.Username)
					_, listErr := d.Users(t.Context(), iriusrisk.ListOptions{})
					_, summaryErr := d.UsersSummary(t.Context(), iriusrisk.ListOptions{})
					_, allRolesErr := d.Roles(t.Context(), iriusrisk.ListOptions{})
					_, allUnitsErr := d.BusinessUnits(t.Context(), iriusrisk.ListOptions{})
					_, profileErr := d.Profile(t.Context())
					_, infoErr := d.Info(t.Context())

					return errors.Join(err, rolesErr, unitsErr, listErr, summaryErr, allRolesErr, allUnitsErr, profileErr, infoErr)
				})
			}
		}

		if err := reads.Wait(); err != nil {
			t.Fatal(err)
		}
	}

	read(20)
	n.expectRequests(3*2+6, "two users")

	// Whatever is about the user that is written to, in any spelling, and every list of users.
	d.Writing(strings.ToUpper(n.users[0].Username))()
	n.ResetJournal()
	read(20)
	n.expectRequests(3+2, "a user who was written to")

	if got := len(n.Journal()); got != 5 {
		t.Errorf("%d requests after a write, want 5", got)
	}
}

// An error is for those who wait for it, and for nobody after them.
func TestReads_errorsAreNotRemembered(t *testing.T) {
	t.Parallel()

	n := newTenant(t, 3, simulator.Options{})
	d := n.open(n.AdminToken(), bulk)

	n.Inject(simulator.Fault{Operation: "get_user_roles", Kind: simulator.FaultStatus, Status: 403})

	if _, err := d.UserRoles(t.Context(), n.users[0].Username); !iriusrisk.IsForbidden(err) {
		t.Errorf("the error is %v", err)
	}

	if roles, err := d.UserRoles(t.Context(), n.users[0].Username); err != nil || len(roles) != 3 {
		t.Errorf("got %v, %v", roles, err)
	}
}

// An answer that was on its way when a write began is given to nobody once the write is over, be it of a single read or
// of a list.
func TestReads_noAnswerIsOlderThanAWrite(t *testing.T) {
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

			// The first answer is made before the write and arrives after it.
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

func emailOf(user *iriusrisk.User) string {
	if user == nil || user.Email == nil {
		return ""
	}

	return *user.Email
}

func errorOr(err error, text string) string {
	if err != nil {
		return err.Error()
	}

	return text
}

// answer is what an operation answers at this moment.
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

// What is read while a write goes on may be what was there before it, and is asked for anew once the write is over.
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

// A list is read to its end while somebody goes on writing, however often the writes overtake it.
func TestUsers_whileSomebodyGoesOnWriting(t *testing.T) {
	t.Parallel()

	n := newTenant(t, 3, simulator.Options{})
	d := n.open(n.AdminToken(), bulk)

	n.OnRequest("get_users", func(simulator.RequestInfo) { d.Writing(n.users[0].Username)() })

	if users, err := d.Users(t.Context(), iriusrisk.ListOptions{}); err != nil || len(users) != 4 {
		t.Errorf("got %d users, %v", len(users), err)
	}

	n.expectRequests(3, "a list that is overtaken every time")
}

// A read that nobody waits for any more is not sent.
func TestReads_cancelledBefore(t *testing.T) {
	t.Parallel()

	n := newTenant(t, 3, simulator.Options{})
	d := n.open(n.AdminToken(), bulk)
	n.readUsers(d, n.users[:1], 1)
	n.ResetJournal()

	ctx, cancel := context.WithCancel(t.Context())
	cancel()

	_, userErr := d.ConfirmUser(ctx, n.users[1].Username, as(n.users[1]))
	_, rolesErr := d.UserRoles(ctx, n.users[1].Username)

	if !errors.Is(userErr, context.Canceled) || !errors.Is(rolesErr, context.Canceled) {
		t.Errorf("the errors are %v and %v", userErr, rolesErr)
	}

	n.expectRequests(0, "a read that was cancelled")
}

// A list whose pages claim more and more of them is not read without end.
func TestUser_listThatClaimsMoreAndMore(t *testing.T) {
	t.Parallel()

	n := newTenant(t, 5, simulator.Options{})
	d := n.open(n.AdminToken(), bulk)

	for number := range 3 {
		n.Inject(simulator.Fault{
			Operation: "get_users", Nth: 1, Kind: simulator.FaultBody, Status: 200,
			Body: fmt.Appendf(nil, `{"_embedded":{"items":[{"id":"1","username":"somebody"}]},"page":{"number":%d,"size":1,"totalPages":%d,"totalElements":1000000}}`, number, 2+number*500000),
		})
	}

	n.readUsers(d, n.users, 1)
	n.expectRequests(2+len(n.users), "a list that claims more and more pages")
}

// Units that share no user but in a chain are paid for by all single reads together, not each by the same.
func TestHasBusinessUnit_chain(t *testing.T) {
	t.Parallel()

	n := newTenant(t, 30, simulator.Options{PageCap: 2})
	units := n.BusinessUnits()
	chain := n.users[:9]

	for i := range n.users {
		ids := []string{units[i%10].ID}
		if i < len(chain) {
			ids = append(ids, units[i+1].ID)
			chain[i].BusinessUnitIDs = ids
		}

		n.UpdateUser(n.users[i].Username, func(user *simulator.User) { user.BusinessUnitIDs = ids })
	}

	for _, parallelism := range []int{1, 10} {
		n.readUnits(n.open(n.AdminToken(), bulk), chain, parallelism)
		n.expectRequests(2*len(chain), fmt.Sprintf("a chain of users, %d at once", parallelism))
	}
}

// Writers and readers at once: whoever reads after a write was over sees at least that write.
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

// A wait ends with its own context and nobody else's; the request that is shared goes on.
func TestReads_waitEndsWithItsOwnContext(t *testing.T) {
	t.Parallel()

	for name, read := range map[string]func(context.Context, *directory.Directory, simulator.User) error{
		"singly": func(ctx context.Context, d *directory.Directory, user simulator.User) error {
			_, err := d.UserRoles(ctx, user.Username)

			return err
		},
		"from the list": func(ctx context.Context, d *directory.Directory, user simulator.User) error {
			_, err := d.ConfirmUser(ctx, user.Username, as(user))

			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			n := newTenant(t, 5, simulator.Options{})
			d := n.open(n.AdminToken(), bulk)
			n.readUsers(d, n.users[:1], 1)
			n.ResetJournal()

			arrived, release := make(chan struct{}), make(chan struct{})
			once := sync.OnceFunc(func() { close(arrived) })

			n.OnRequest("", func(simulator.RequestInfo) {
				once()
				<-release
			})

			hasty, hurry := context.WithCancel(t.Context())
			first, second := make(chan error, 1), make(chan error, 1)

			go func() { first <- read(hasty, d, n.users[2]) }()

			<-arrived

			go func() { second <- read(t.Context(), d, n.users[2]) }()

			hurry()

			if err := <-first; !errors.Is(err, context.Canceled) {
				t.Errorf("the wait that was cancelled ended with %v", err)
			}

			close(release)

			if err := <-second; err != nil {
				t.Errorf("the other wait ended with %v", err)
			}

			n.expectRequests(1, "a shared read")
		})
	}
}

// Somebody whom a list that changed between its pages holds twice is believed from neither place.
func TestUser_twiceInTheList(t *testing.T) {
	t.Parallel()

	n := newTenant(t, 20, simulator.Options{PageCap: 7})
	d := n.open(n.AdminToken(), bulk)
	n.readUsers(d, n.users[:1], 1)

	// Whoever joins at the top, before the second page is read, moves somebody from the first page to it.
	n.OnRequest("get_users", func(request simulator.RequestInfo) {
		if strings.Contains(request.Query, "page=1") {
			n.OnRequest("get_users", nil)
			n.AddUser(simulator.User{Username: "aaron", Email: "aaron@example.com"})
		}
	})

	n.readUsers(d, n.users, 10)
	n.readUsers(d, n.users, 1)

	// In the order of the list, the seventh, who may be the administrator, moves.
	everybody := append([]string{"admin"}, make([]string, 0, len(n.users))...)
	for _, user := range n.users {
		everybody = append(everybody, user.Username)
	}

	slices.Sort(everybody)

	moved := func(entry simulator.Entry) bool {
		return entry.Operation == "get_user" && entry.Username == everybody[6]
	}
	if everybody[6] != "admin" && !slices.ContainsFunc(n.Journal(), moved) {
		t.Errorf("user %q, who is in the list twice, was not read directly", everybody[6])
	}
}

// BenchmarkMemory is what a directory keeps of a tenant of fifty thousand users that was read as a list, and of the roles
// and business units of a thousand of them.
func BenchmarkMemory(b *testing.B) {
	n := newTenant(b, 50000, simulator.Options{})

	heap := func() float64 {
		var stats runtime.MemStats

		// What the server keeps of the requests is not the directory's.
		n.ResetJournal()
		n.AdminToken()

		runtime.GC()
		runtime.ReadMemStats(&stats)

		return float64(stats.HeapAlloc)
	}

	for b.Loop() {
		d := n.open(n.AdminToken(), bulk)
		before := heap()

		if _, err := d.Users(b.Context(), iriusrisk.ListOptions{}); err != nil {
			b.Fatal(err)
		}

		listed := heap()

		for _, user := range n.users[:1000] {
			_, rolesErr := d.UserRoles(b.Context(), user.Username)
			_, unitsErr := d.UserBusinessUnits(b.Context(), user.Username)

			if err := errors.Join(rolesErr, unitsErr); err != nil {
				b.Fatal(err)
			}
		}

		b.ReportMetric((listed-before)/50000, "B/listed-user")
		b.ReportMetric((heap()-listed)/1000, "B/access-of-a-user")
		runtime.KeepAlive(d)
	}
}
