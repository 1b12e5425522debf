package provider

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/cli"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

var (
	walkSeed  = flag.Uint64("seed", 0, "the seed of the random walk; 0 takes one from the time, if there are -steps")
	walkSteps = flag.Int("steps", 0, "how many steps the random walk takes; 0 takes a few with a fixed seed")
)

// The walk of every test run: two short ones side by side.
const (
	fixedWalkSeed  = 1
	fixedWalks     = 2
	fixedWalkSteps = 5
)

// walkLength is how many steps one walk takes before the next one begins with another server.
const walkLength = 25

// A random walk changes the configuration and the server, applies with and without faults, and compares the server after
// each step with a model that knows the configuration and the changes outside Terraform, and nothing of the state.
func TestRandomWalk(t *testing.T) {
	t.Parallel()

	if *walkSteps == 0 {
		for i := range fixedWalks {
			runWalk(t, fixedWalkSeed+uint64(i), fixedWalkSteps)
		}

		return
	}

	seed := *walkSeed
	if seed == 0 {
		seed = uint64(time.Now().UnixNano()) % 1_000_000
	}

	t.Logf("The first of these walks has the seed %d.", seed)

	for left := *walkSteps; left > 0; left -= walkLength {
		runWalk(t, seed, min(left, walkLength))
		seed++
	}
}

// runWalk runs one walk.
func runWalk(t *testing.T, seed uint64, steps int) {
	t.Helper()

	t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
		t.Parallel()

		w := newWalk(t, seed, "")
		for range steps {
			w.advance()
			w.t.Logf("step %d of the walk with the seed %d is done", w.step, seed)
		}
	})
}

// advance takes the next step.
func (w *walk) advance() {
	w.step++

	// The outcome of a race in an earlier step does not influence the choices of this one.
	w.rng = rand.New(rand.NewPCG(w.seed, uint64(w.step)))
	w.moves = nil
	w.takeStep()
}

// walk is one random walk.
type walk struct {
	t    *testing.T
	seed uint64
	rng  *rand.Rand

	server    *simulator.Server
	workspace *cli.Workspace

	// reattach is TF_REATTACH_PROVIDERS of a provider that runs already, "" if each command starts one.
	reattach string

	// ids are the roles and the business units of the server.
	ids [2][]string

	// config is what is declared, state what the last apply has left in the state.
	config walkConfig
	state  walkState

	// made numbers all names, step the steps; moves are those of this step, output is that of its last command.
	made, step int
	moves      []string
	output     string

	// tokens are all API tokens there have been.
	mu     sync.Mutex
	tokens map[string]bool
}

// newWalk starts a server of a random kind with some users. reattach is that of the walk.
func newWalk(t *testing.T, seed uint64, reattach string) *walk {
	t.Helper()

	w := &walk{t: t, seed: seed, reattach: reattach, rng: rand.New(rand.NewPCG(seed, 0)), tokens: map[string]bool{}}
	options := simulator.Options{
		WriteStatus: pick(w, 200, 201, 204), NoToken: pick(w, simulator.NoTokenAbsent, simulator.NoTokenNull, simulator.NoTokenEmpty),
		EmptyWriteBodies: w.chance(3), HintFrom: pick(w, simulator.HintTail, simulator.HintHead), PageCap: pick(w, 2, 1000), OmitEmptyEmbedded: w.chance(2),
		DuplicateStatus: pick(w, 400, 409), DuplicateMembership: pick(w, 0, 400, 409), MissingMembership: pick(w, 404, 204),
		ExtraFields: w.chance(3), FoldUsernames: w.chance(3), FailOverlappingWrites: true,
	}

	w.server = startServer(t, options)
	w.server.OnRequest("", func(simulator.RequestInfo) { w.keepTokens() })

	for i := range 4 {
		w.ids[0] = append(w.ids[0], w.server.AddRole(fmt.Sprintf("Role %d", i)).ID)
		w.ids[1] = append(w.ids[1], w.server.AddBusinessUnit(fmt.Sprintf("unit-%d", i), fmt.Sprintf("Unit %d", i)).ID)
	}

	for range 3 {
		w.addBystander()
	}

	var variables map[string]string
	if reattach != "" {
		variables = map[string]string{"TF_REATTACH_PROVIDERS": reattach}
	}

	w.workspace = newWorkspace(t, w.server, "", variables)
	w.state = walkStateOf(&w.config, nil)

	return w
}

// keepTokens notes the tokens that there are.
func (w *walk) keepTokens() {
	users := w.server.Users()

	w.mu.Lock()
	defer w.mu.Unlock()

	for i := range users {
		if users[i].APIToken != "" {
			w.tokens[users[i].APIToken] = true
		}
	}
}

// snapshot returns all users by username.
func (w *walk) snapshot() map[string]simulator.User {
	users := map[string]simulator.User{}
	for _, user := range w.server.Users() {
		users[user.Username] = user
	}

	return users
}

// takeStep changes the configuration and the server, applies, and checks everything.
func (w *walk) takeStep() {
	before := w.config.clone()
	w.config.moved = nil
	w.config.settings = fmt.Sprintf("  max_retries = 0\n  max_concurrent_requests = %d\n  bulk_reads = %t\n", pick(w, 1, 4, 10), !w.chance(3))

	// A provider that runs already does not have the environment of the command.
	if w.reattach != "" {
		w.config.settings += fmt.Sprintf("  endpoint = %q\n  api_token = %q\n", w.server.URL(), w.server.AdminToken())
	}

	w.chooseLimit()

	for range 1 + w.rng.IntN(4) {
		w.changeConfig()
	}

	for range w.rng.IntN(3) {
		w.changeExclusive()
	}

	if !w.chance(3) {
		w.changeObjects()
	}

	kind := pick(w, "apply", "apply", "apply", "faults", "faults", "late", "late", "no refresh")
	w.note("step: %s", kind)

	if kind != "late" {
		for range w.rng.IntN(4) {
			w.changeServer(kind == "apply")
		}

		if w.chance(2) {
			w.changeObjectOnServer()
		}
	}

	w.writeConfig()

	model := w.model()

	if model.exceedsLimit {
		w.refuse(model, before)
		w.raiseLimit(model)
		model = w.model()
	}

	switch {
	case len(model.conflicts) > 0:
		w.refuse(model, before)
		w.resolve(before)
		w.finish(w.model(), 1)
	case kind == "faults":
		w.applyWithFaults(model)
	case kind == "late":
		w.applyLate()
	case kind == "no refresh":
		w.applyStored(model, "-refresh=false")
	default:
		w.finish(model, 1)
	}

	w.warnOfTwoBlocks()
	w.refuseOmission()
	w.refuseLockOut()
	w.state = walkStateOf(&w.config, w.snapshot())
}

// refuse applies what has to fail at plan time, before anything is written. If nothing was managed before, the provider
// cannot tell a plan from an apply, so that the plan only warns.
func (w *walk) refuse(model *walkModel, before walkConfig) {
	if before.isEmpty() && !model.exceedsLimit {
		if err := w.run("plan"); err != nil {
			w.fail("the plan failed: %v", err)
		}
	} else if err := w.run("apply", "-auto-approve"); err == nil {
		w.fail("the plan had to be refused: %v", model.conflicts)
	}

	w.expectUnchanged(model.server)

	for _, conflict := range model.conflicts {
		if slices.ContainsFunc(conflict.says, func(text string) bool { return strings.Contains(w.output, text) }) {
			return
		}
	}

	w.fail("the plan was refused for another reason than %v", model.conflicts)
}

// resolve restores the previous configuration, and deletes conflicting users outside Terraform.
func (w *walk) resolve(before walkConfig) {
	w.note("config: back to what it was")

	settings := w.config.settings
	w.config = before
	w.config.moved, w.config.settings, w.config.limit = nil, settings, nil

	w.removeConflicting()
	w.writeConfig()
}

// removeConflicting deletes, outside Terraform, the users because of which a plan has to fail, and stops to manage what only
// other blocks declare of them.
func (w *walk) removeConflicting() {
	for _, conflict := range w.model().conflicts {
		if conflict.username == "" || conflict.username == "admin" {
			w.fail("the configuration that was applied before has to be refused: %v", conflict)
		}

		w.server.RemoveUser(conflict.username)
		w.note("outside: delete %s, who is in the way", conflict.username)
		w.config.users = slices.DeleteFunc(w.config.users, func(u walkUser) bool { return !u.declared() && u.username == conflict.username })
	}
}

// applyWithFaults applies while requests fail, and expects that applies without faults converge.
func (w *walk) applyWithFaults(model *walkModel) {
	w.injectFaults()
	model.expectFaults()

	err := w.run("apply", "-auto-approve")

	w.server.ClearFaults()
	w.checkHarm(model)

	if err == nil && len(model.later) == 0 {
		w.check(model)

		return
	}

	// The message says to import or delete the user, who is not in the state.
	for _, found := range mayExist.FindAllStringSubmatch(w.output, -1) {
		if model.server[found[1]].ID == "" {
			w.server.RemoveUser(found[1])
			w.note("outside: delete %s, who may have been created", found[1])
		}
	}

	w.removeUncertainObjects()
	w.dropLimit()
	w.finish(model, 2)
}

var mayExist = regexp.MustCompile(`User "(\S+)" may have been created`)

// applyLate stores a plan, changes the server, and applies the plan.
func (w *walk) applyLate() {
	if err := w.run("plan", "-out=stored"); err != nil {
		w.fail("the plan failed: %v", err)
	}

	for range 1 + w.rng.IntN(4) {
		w.changeServer(false)
	}

	w.config.limit = nil
	w.writeConfig()
	w.removeConflicting()
	w.writeConfig()
	w.applyPlan(w.model())
}

// applyStored stores a plan and applies it. The plan may be refused when the state is not refreshed.
func (w *walk) applyStored(model *walkModel, arguments ...string) {
	if err := w.run("plan", append([]string{"-out=stored"}, arguments...)...); err != nil {
		w.expectUnchanged(model.server)
		w.finish(model, 1)

		return
	}

	w.applyPlan(model)
}

// applyPlan applies the stored plan, which may fail, and may change only what it shows.
func (w *walk) applyPlan(model *walkModel) {
	shown, err := w.workspace.Run(w.t.Context(), "show", "-json", "stored")
	if err != nil {
		w.fail("the plan cannot be shown: %v", err)
	}

	plan, err := readShownPlan(shown, walkNames(model.server))
	if err != nil {
		w.fail("the plan cannot be read: %v", err)
	}

	_ = w.run("apply", "stored")

	if changes := plan.unshown(model.server, w.snapshot()); len(changes) > 0 {
		w.fail("the apply did what its plan does not show:\n%s", strings.Join(changes, "\n"))
	}

	w.checkHarm(model)
	w.finish(model, 2)
}

// finish applies, at most so many times, until an apply succeeds, and checks what it has done. Users whom a pattern ignored
// until now need another apply.
func (w *walk) finish(model *walkModel, attempts int) {
	if len(model.later) > 0 {
		attempts++
	}

	for ; ; attempts-- {
		err := w.run("apply", "-auto-approve")
		w.checkHarm(model)

		if err == nil && (attempts == 1 || w.isEmpty()) {
			break
		}

		if attempts == 1 {
			w.fail("the apply failed: %v", err)
		}
	}

	w.check(model)
}

// warnOfTwoBlocks sometimes plans a second block for a user, and expects a warning.
func (w *walk) warnOfTwoBlocks() {
	at := slices.IndexFunc(w.config.users, func(u walkUser) bool { return u.declared() })
	if at < 0 || !w.chance(6) {
		return
	}

	config, before := w.config.clone(), w.snapshot()
	second := config.users[at].clone()
	second.label, second.key, second.token, second.access = "second", "", nil, [2]walkAccess{}
	w.config.users = append(w.config.users, second)
	w.note("config: a second block for %s", second.username)
	w.writeConfig()

	_ = w.run("plan")

	// If the second block is planned before the first one is refreshed, the plan ends with an error about the username.
	if !strings.Contains(w.output, "is managed by two blocks") && !strings.Contains(w.output, "already exists") {
		w.fail("the plan does not warn of two blocks for one user")
	}

	w.expectUnchanged(before)

	w.config = config
}
