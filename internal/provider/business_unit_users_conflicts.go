package provider

import (
	"fmt"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// unitConflicts detects, during a plan, that a configuration manages the members of a business unit as one set, and also
// the business units of its users. The zero value is empty.
type unitConflicts struct {
	mu    sync.Mutex
	units []unitClaim
	users []userClaim
}

// unitClaim is a resource that manages all members of a business unit.
type unitClaim struct {
	// unitID is the UUID in lower case, "" if it is not known yet. users holds the known usernames without case.
	unitID string
	users  map[string]struct{}
}

// userClaim is a block that manages business units of a user. unitIDs holds the known ones in lower case.
type userClaim struct {
	username string
	style    membershipStyle
	unitIDs  map[string]struct{}
}

// noteUnit records a resource that manages all members of a business unit, and warns of blocks that manage the same
// memberships for single users.
func (c *unitConflicts) noteUnit(unitID types.String, usernames types.List, diags *diag.Diagnostics) {
	c.mu.Lock()
	defer c.mu.Unlock()

	known, _ := knownElements(usernames)
	unit := unitClaim{unitID: strings.ToLower(unitID.ValueString()), users: make(map[string]struct{}, len(known))}

	for _, username := range known {
		unit.users[iriusrisk.FoldUsername(username)] = struct{}{}
	}

	for _, other := range c.units {
		if other.unitID == unit.unitID && unit.unitID != "" {
			diags.AddWarning("Conflicting resources manage the members of a business unit",
				fmt.Sprintf("Two iriusrisk_business_unit_users_exclusive resources manage all members of the business unit %s, so applying one removes the members that only the other one declares. Keep only one of them.", unitID.ValueString()))
		}
	}

	var (
		usersInConflict []string
		style           membershipStyle
	)

	for _, user := range c.users {
		if unit.conflictsWith(user) {
			usersInConflict, style = append(usersInConflict, user.username), user.style
		}
	}

	if len(usersInConflict) > 0 {
		warnOfUnitConflict(style, usersInConflict, diags)
	}

	c.units = append(c.units, unit)
}

// noteUser records a block that manages business units of a user, and warns of a resource that manages the same memberships
// for the whole business unit.
func (c *unitConflicts) noteUser(kind membershipKind, username types.String, style membershipStyle, unitIDs []string, diags *diag.Diagnostics) {
	if kind.attribute != businessUnitMembership.attribute || username.IsNull() || username.IsUnknown() {
		return
	}

	c.mu.Lock()
	defer c.mu.Unlock()

	user := userClaim{username: username.ValueString(), style: style, unitIDs: make(map[string]struct{}, len(unitIDs))}
	for _, id := range unitIDs {
		user.unitIDs[strings.ToLower(id)] = struct{}{}
	}

	for _, unit := range c.units {
		if unit.conflictsWith(user) {
			warnOfUnitConflict(style, []string{user.username}, diags)

			break
		}
	}

	c.users = append(c.users, user)
}

// conflictsWith reports whether both manage the membership of the user in the business unit, as far as ids are known. A set
// of all business units of a user manages it in any case; it agrees with the business unit if neither names the other.
func (u unitClaim) conflictsWith(user userClaim) bool {
	_, namesUnit := user.unitIDs[u.unitID]
	_, namesUser := u.users[iriusrisk.FoldUsername(user.username)]

	return (namesUnit && u.unitID != "") || (namesUser && user.style != managedSingly)
}

func warnOfUnitConflict(style membershipStyle, usernames []string, diags *diag.Diagnostics) {
	diags.AddWarning("Conflicting resources manage the members of a business unit",
		fmt.Sprintf("Both iriusrisk_business_unit_users_exclusive and %s manage whether these users are members of a business unit: %s. A set is authoritative, so every apply removes what only the other one declares. Use only one of them for these users.",
			style.describe(businessUnitMembership), firstOf(usernames)))
}
