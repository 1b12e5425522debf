package provider

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/directory"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// providerData is what the blocks of one configured provider share.
type providerData struct {
	client *iriusrisk.Client

	// directory is what everything is read through, save for what decides a write.
	directory *directory.Directory

	// unknown names the provider arguments that are not known yet; client and directory are nil while there are any.
	unknown []string

	// runMark tells this run from others in private state; it is a JSON string.
	runMark []byte

	// locks lets writes to one user take turns.
	locks *userLocks

	// grants remembers which memberships this run has given.
	grants *grantedMemberships

	// created holds which users this run has created.
	created *newUsers

	// protected holds the users that no block of this run may delete or disable any more.
	protected *protectedUsers

	// planned compares what the user blocks of this plan do.
	planned *plannedUsers

	// conflicts remembers in which ways this configuration manages whose roles and business units.
	conflicts *membershipConflicts

	// tokens remembers which API tokens this configuration already manages.
	tokens *managedTokens

	// handovers compares the memberships and tokens that this plan removes with those that it keeps.
	handovers *handovers

	// hidden holds the users whom this run has made invisible to the caller.
	hidden *hiddenUsers

	// unreported remembers which missing fields of users were warned of.
	unreported *unreportedFields

	// signIn warns where single sign-on may change the access that is managed here.
	signIn signInAdvice
}

func newProviderData() *providerData {
	return &providerData{
		runMark: fmt.Appendf(nil, "%q", rand.Text()),
		locks:   newUserLocks(), grants: newGrantedMemberships(), created: newNewUsers(), protected: newProtectedUsers(), planned: newPlannedUsers(),
		conflicts: newMembershipConflicts(), tokens: newManagedTokens(), unreported: newUnreportedFields(),
		handovers: newHandovers(), hidden: newHiddenUsers(),
	}
}

// ready reports whether requests can be sent, and adds an error when they cannot.
func (s *providerData) ready(diags *diag.Diagnostics) bool {
	if s != nil && s.client != nil {
		return true
	}

	if s != nil && len(s.unknown) > 0 {
		diags.AddError("IriusRisk provider is not configured yet",
			fmt.Sprintf("IriusRisk cannot be asked, because the provider's %s will be known only after apply. "+
				"Give the provider known values, or first apply what they come from with -target.", strings.Join(s.unknown, ", ")))

		return false
	}

	diags.AddError("IriusRisk provider is not configured", "A request was due before the provider was configured. This is a bug in the provider: please report it.")

	return false
}

// removeMissing removes a resource from the state with a warning, because the API has no such user. If the API cannot be
// shown to be reached, it adds an error and keeps the state. removed says what is removed from the state.
func (s *providerData) removeMissing(ctx context.Context, attempt, username, removed string, notFound error, resp *resource.ReadResponse) {
	if err := s.confirmAbsent(ctx, notFound); err != nil {
		addAPIError(&resp.Diagnostics, attempt, err)

		return
	}

	s.warnMissing(ctx, username, removed, &resp.Diagnostics)
	resp.State.RemoveResource(ctx)
}

// warnMissing says that the API has no such user, and what that means: a caller who sees only users of its own business
// units is answered the same of a user who exists.
func (s *providerData) warnMissing(ctx context.Context, username, removed string, diags *diag.Diagnostics) {
	detail := "IriusRisk answers that there is no such user: they were deleted outside Terraform. "
	if all, err := s.seesAllUsers(ctx); err != nil || !all {
		detail = "IriusRisk answers that there is no such user. They were deleted outside Terraform, or they are no longer visible to the provider's API token, " +
			"which sees only users of its own business units without the permission ALL_USERS_UPDATE: such a user still exists and keeps their access. "
	}

	diags.AddWarning(fmt.Sprintf("User %q was not found", username), detail+removed)
}

// providerDataFrom makes the one cast of provider data. It is nil before the provider is configured, which is
// no error.
func providerDataFrom(data any, diags *diag.Diagnostics) *providerData {
	if data == nil {
		return nil
	}

	shared, ok := data.(*providerData)
	if !ok {
		diags.AddError("Unexpected provider data", fmt.Sprintf("Expected *providerData, got %T. This is a bug in the provider: please report it.", data))
	}

	return shared
}

// resourceBase owns Configure for every resource.
type resourceBase struct{ *providerData }

// Configure takes over the provider data.
func (b *resourceBase) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	b.providerData = providerDataFrom(req.ProviderData, &resp.Diagnostics)
}

// dataSourceBase owns Configure for every data source.
type dataSourceBase struct{ *providerData }

// Configure takes over the provider data.
func (b *dataSourceBase) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	b.providerData = providerDataFrom(req.ProviderData, &resp.Diagnostics)
}

// leads elsewhere, or a gateway during a restart, answers 404 to everything, so the caller's own profile has to be readable
// after the 404. It returns nil when it is, else an error that wraps both.
func (s *providerData) confirmAbsent(ctx context.Context, notFound error) error {
	if _, err := s.directory.FreshProfile(ctx); err != nil {
		return fmt.Errorf("%w; cannot verify whether it was deleted, because the user that the provider runs as cannot be read either (check the endpoint): %w", notFound, err)
	}

	return nil
}

// refuseSelf keeps the provider from locking itself out: it reports an error, and returns false, when username is the
// user that the provider runs as, or when that cannot be found out. action completes "The provider does not …".
func (s *providerData) refuseSelf(ctx context.Context, username, action string, diags *diag.Diagnostics) bool {
	self, err := s.directory.Profile(ctx)
	if err != nil {
		addAPIError(diags, fmt.Sprintf("make sure that %q is not the user that the provider runs as", username), err)

		return false
	}

	if !strings.EqualFold(self.Username, username) {
		return true
	}

	diags.AddError(fmt.Sprintf("The provider runs as user %q", self.Username),
		fmt.Sprintf("The provider does not %s, because its own API token belongs to that user and the rest of this run, or the next one, could fail with nobody able to mend it. "+
			"No request for that was sent. Do it in the IriusRisk user interface, or run Terraform with the API token of another administrator.", action))

	return false
}

// lock waits for the user's turn and adds an error when the run ends first. From then on, and again from the end of the
// turn, nobody is given an answer about the user that is older.
func (s *providerData) lock(ctx context.Context, username string, diags *diag.Diagnostics) (unlock func(), ok bool) {
	release, err := s.locks.lock(ctx, username)
	if err != nil {
		diags.AddError(fmt.Sprintf("Unable to change %q", username), "The run was interrupted before it was this change's turn. Nothing was sent.")

		return nil, false
	}

	done := s.directory.Writing(username)

	return func() {
		done()
		release()
	}, true
}
