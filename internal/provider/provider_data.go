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

	// locks serializes the writes to each user, and unitLocks those to each business unit, by reference id.
	locks, unitLocks *userLocks

	// roleLocks serializes all writes to roles: the permissions that the user that the provider runs as keeps depend on all of
	// their roles.
	roleLocks *userLocks

	// assigned records the memberships that this run has assigned or confirmed. No other block of the run removes them: when a
	// resource is renamed without a moved block, Terraform may create it at its new address before it destroys it at the old
	// one.
	assigned runSet[[3]string]

	// released records the memberships of business units whose members this run has stopped managing as a set. Such a
	// membership does not prevent the deletion of its business unit in the same run.
	released runSet[[3]string]

	// defaults are the roles and business units that IriusRisk assigns to the users that this run creates.
	defaults defaultMemberships

	// created records the usernames of the users that this run has created, without case. It may take seconds until all parts
	// of a server can see them.
	created runSet[string]

	// createdUnits records the UUIDs of the business units that this run has created, in lower case, for the same reason.
	createdUnits runSet[string]

	// createdRoles records the UUIDs of the roles that this run has created, in lower case, for the same reason.
	createdRoles runSet[string]

	// lostPermissions records which permissions this run removes from the roles of the user that the provider runs as, by role,
	// scope and name.
	lostPermissions runSet[[3]string]

	// protected records the UUIDs of the users that this run has created, adopted or updated to be enabled, in lower case. No
	// block of the run deletes or disables them, for the same reason as above.
	protected runSet[string]

	// disabled records the UUIDs of the users that this run has disabled, in lower case.
	disabled runSet[string]

	// removals counts the users that this run deletes or disables.
	removals *userRemovals

	// planned detects conflicts between the user blocks of this plan.
	planned *plannedUsers

	// plannedUnits detects conflicts between the business unit blocks of this plan.
	plannedUnits *plannedUnits

	// plannedRoles detects conflicts between the role blocks of this plan.
	plannedRoles *plannedRoles

	// conflicts detects users whose roles or business units this configuration manages in more than one way.
	conflicts *membershipConflicts

	// unitConflicts detects business units whose members this configuration also manages for each user.
	unitConflicts *unitConflicts

	// tokens records the API tokens that this configuration manages.
	tokens *managedTokens

	// handovers detects memberships and tokens that one block of this plan removes and another one keeps.
	handovers *handovers

	// plannedNames records the names of the roles and business units that this plan creates or renames.
	plannedNames *plannedNames

	// causes records which causes of failed reads this run has explained. A token that is not valid fails every read for one
	// reason.
	causes runSet[string]

	// hidden records the usernames of the users that a removal in this run has hidden from the caller, without case.
	hidden runSet[string]

	// unreported records the missing fields of users about which this run has warned.
	unreported runSet[string]

	// signIn warns if single sign-on may change the access that this configuration manages.
	signIn signInAdvice
}

func newProviderData() *providerData {
	return &providerData{
		runMark: fmt.Appendf(nil, "%q", rand.Text()),
		locks:   newUserLocks(), unitLocks: newUserLocks(), roleLocks: newUserLocks(),
		planned: newPlannedUsers(), plannedUnits: newPlannedUnits(), plannedRoles: newPlannedRoles(),
		conflicts: newMembershipConflicts(), unitConflicts: &unitConflicts{}, tokens: newManagedTokens(),
		handovers: newHandovers(), plannedNames: newPlannedNames(), removals: new(userRemovals),
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
