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

// providerData holds what all blocks of one configured provider share.
type providerData struct {
	client *iriusrisk.Client

	// directory serves all reads, except those that decide a write.
	directory *directory.Directory

	// unknown lists the provider arguments that are not known yet. If there are any, client and directory are nil.
	unknown []string

	// runMark identifies this run in private state. It is a JSON string.
	runMark []byte

	// locks serializes the writes to each user.
	locks *userLocks

	// grants records the memberships that this run has assigned.
	grants *grantedMemberships

	// created records the users that this run has created.
	created *newUsers

	// protected records the users that no block of this run may delete or disable.
	protected *protectedUsers

	// planned detects conflicts between the user blocks of this plan.
	planned *plannedUsers

	// conflicts detects users whose roles or business units this configuration manages in more than one way.
	conflicts *membershipConflicts

	// tokens records the API tokens that this configuration manages.
	tokens *managedTokens

	// handovers detects memberships and tokens that one block of this plan removes and another one keeps.
	handovers *handovers

	// causes records which causes of failed reads this run has explained.
	causes *reportedCauses

	// hidden records the users that a removal in this run has hidden from the caller.
	hidden *hiddenUsers

	// unreported records the missing fields of users about which this run has warned.
	unreported *unreportedFields

	// signIn warns if single sign-on may change the access that this configuration manages.
	signIn signInAdvice
}

func newProviderData() *providerData {
	return &providerData{
		runMark: fmt.Appendf(nil, "%q", rand.Text()),
		locks:   newUserLocks(), grants: newGrantedMemberships(), created: newNewUsers(), protected: newProtectedUsers(), planned: newPlannedUsers(),
		conflicts: newMembershipConflicts(), tokens: newManagedTokens(), unreported: newUnreportedFields(),
		handovers: newHandovers(), hidden: newHiddenUsers(), causes: newReportedCauses(),
	}
}

// ready reports whether requests can be sent, and adds an error if they cannot.
func (s *providerData) ready(diags *diag.Diagnostics) bool {
	if s != nil && s.client != nil {
		return true
	}

	if s != nil && len(s.unknown) > 0 {
		diags.AddError("Unknown IriusRisk provider configuration",
			fmt.Sprintf("Cannot connect to IriusRisk: these provider arguments are known only after apply: %s. "+
				"Use values that are known during the plan, or apply the resources that they depend on first, with -target.", strings.Join(s.unknown, ", ")))

		return false
	}

	diags.AddError("Unconfigured IriusRisk provider", "A request was required before the provider was configured. This is a bug in the provider. Please report it.")

	return false
}

// removeMissing removes a resource from the state with a warning after the API answered that there is no such user. If
// the absence cannot be confirmed, it adds an error and keeps the state. removed is a sentence about what is removed from
// the state.
func (s *providerData) removeMissing(ctx context.Context, attempt, username, removed string, notFound error, resp *resource.ReadResponse) {
	if err := s.confirmAbsent(ctx, notFound); err != nil {
		addAPIError(&resp.Diagnostics, attempt, err)

		return
	}

	s.warnMissing(ctx, username, removed, &resp.Diagnostics)
	resp.State.RemoveResource(ctx)
}

// warnMissing warns that the API has no such user. The response is the same for an existing user that the caller cannot
// see: without ALL_USERS_UPDATE it sees only users who share one of its business units. removed is a sentence that ends the warning.
func (s *providerData) warnMissing(ctx context.Context, username, removed string, diags *diag.Diagnostics) {
	detail := "IriusRisk has no such user. The user was deleted outside Terraform. "
	if all, err := s.seesAllUsers(ctx); err != nil || !all {
		detail = "IriusRisk reports no such user. Either the user was deleted outside Terraform, or the provider's API token can no longer see them. " +
			"Without the permission ALL_USERS_UPDATE, the token sees only users who share a business unit with the user that it belongs to. A user that it cannot see still exists and keeps their access. "
	}

	diags.AddWarning(fmt.Sprintf("User %q was not found", username), detail+removed)
}

// providerDataFrom converts the data that Configure receives. It returns nil without an error if the provider is not
// configured yet.
func providerDataFrom(data any, diags *diag.Diagnostics) *providerData {
	if data == nil {
		return nil
	}

	shared, ok := data.(*providerData)
	if !ok {
		diags.AddError("Unexpected provider data", fmt.Sprintf("Expected *providerData, got %T. This is a bug in the provider. Please report it.", data))
	}

	return shared
}

// resourceBase implements Configure for every resource.
type resourceBase struct{ *providerData }

func (b *resourceBase) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	b.providerData = providerDataFrom(req.ProviderData, &resp.Diagnostics)
}

// dataSourceBase implements Configure for every data source.
type dataSourceBase struct{ *providerData }

func (b *dataSourceBase) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	b.providerData = providerDataFrom(req.ProviderData, &resp.Diagnostics)
}

// confirmAbsent checks that a 404 proves absence. A wrong endpoint, or a gateway during a restart, answers every request
// with 404, so the caller's own profile must be readable after the 404. If it is not, confirmAbsent returns an error that
// wraps both failures.
func (s *providerData) confirmAbsent(ctx context.Context, notFound error) error {
	if _, err := s.directory.FreshProfile(ctx); err != nil {
		return fmt.Errorf("%w; cannot verify whether it was deleted, because the user that the provider runs as cannot be read either (check the endpoint): %w", notFound, err)
	}

	return nil
}

// refuseSelf prevents the provider from locking itself out. If username is the user that the provider runs as, or if that
// cannot be determined, it adds an error and returns false. action completes "The provider does not …".
func (s *providerData) refuseSelf(ctx context.Context, username, action string, diags *diag.Diagnostics) bool {
	self, err := s.directory.Profile(ctx)
	if err != nil {
		addAPIError(diags, fmt.Sprintf("verify that %q is not the user that the provider runs as", username), err)

		return false
	}

	if !strings.EqualFold(self.Username, username) {
		return true
	}

	diags.AddError(fmt.Sprintf("The provider runs as user %q", self.Username),
		fmt.Sprintf("The provider does not %s, because this could leave the provider without access. "+
			"No request was sent. Make this change in the IriusRisk user interface, or run Terraform with the API token of another administrator.", action))

	return false
}

// lock acquires the user's lock, and adds an error if the run is interrupted first. It invalidates cached reads of the
// user both when the lock is acquired and when it is released.
func (s *providerData) lock(ctx context.Context, username string, diags *diag.Diagnostics) (unlock func(), ok bool) {
	release, err := s.locks.lock(ctx, username)
	if err != nil {
		diags.AddError(fmt.Sprintf("Unable to change user %q", username), "The run was interrupted while this change was waiting for another change of the same user. No request was sent.")

		return nil, false
	}

	done := s.directory.Writing(username)

	return func() {
		done()
		release()
	}, true
}
