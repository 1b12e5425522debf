package provider

import (
	"fmt"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// membershipStyle is a way to manage a user's roles or business units.
type membershipStyle int

// The styles: one resource for each membership, a set of iriusrisk_user, or a resource for the whole set.
const (
	managedSingly membershipStyle = iota
	managedInline
	managedExclusively
)

// describe names the resource or argument of a style.
func (s membershipStyle) describe(kind membershipKind) string {
	switch s {
	case managedInline:
		return kind.attribute + "s of iriusrisk_user"
	case managedExclusively:
		return fmt.Sprintf("iriusrisk_%ss_exclusive", kind.typeName)
	default:
		return "iriusrisk_" + kind.typeName
	}
}

// membershipConflicts detects, during a plan, that several blocks manage the memberships of one user. Styles are compared
// by username only, because the ids of roles and business units are often not known yet.
type membershipConflicts struct {
	mu   sync.Mutex
	seen map[styledUser]claims
}

type styledUser struct{ attribute, user string }

// claims are the styles used for a user, each with the ids that a resource of this style manages; "" stands for all ids.
type claims map[membershipStyle]map[string]struct{}

func newMembershipConflicts() *membershipConflicts {
	return &membershipConflicts{seen: make(map[styledUser]claims)}
}

// note records a style for a user and warns of every other style recorded for the same user.
func (m *membershipConflicts) note(kind membershipKind, username types.String, style membershipStyle, diags *diag.Diagnostics) {
	if username.IsNull() || username.IsUnknown() {
		return
	}

	m.mu.Lock()
	defer m.mu.Unlock()

	known := m.of(kind, username)
	if known[style] == nil {
		known[style] = make(map[string]struct{})
	}

	for _, other := range []membershipStyle{managedSingly, managedInline, managedExclusively} {
		if known[other] != nil && other != style {
			diags.AddWarning(fmt.Sprintf("Conflicting resources manage the %ss of user %q", kind.noun, username.ValueString()),
				fmt.Sprintf("Both %[2]s and %[3]s manage the %[1]ss of this user. A set is authoritative, so every apply removes the %[1]ss that only the other one declares. Use only one of them for this user.",
					kind.noun, style.describe(kind), other.describe(kind)))
		}
	}
}

// check records a resource that manages one membership, or all of them if id is null. In addition to note, it warns of
// another resource of the same style for the same membership, unless the id is not known yet.
func (m *membershipConflicts) check(kind membershipKind, username types.String, style membershipStyle, id types.String, diags *diag.Diagnostics) {
	m.note(kind, username, style, diags)

	if username.IsNull() || username.IsUnknown() || id.IsUnknown() {
		return
	}

	m.mu.Lock()
	defer m.mu.Unlock()

	claimed := m.of(kind, username)[style]
	key := strings.ToLower(id.ValueString())
	_, twice := claimed[key]
	claimed[key] = struct{}{}

	switch {
	case !twice:
	case id.IsNull():
		diags.AddWarning(fmt.Sprintf("Conflicting resources manage the %ss of user %q", kind.noun, username.ValueString()),
			fmt.Sprintf("Two %[2]s resources manage all %[1]ss of this user, so applying one removes the %[1]ss that only the other one declares. Keep only one of them.", kind.noun, style.describe(kind)))
	default:
		diags.AddWarning(fmt.Sprintf("Conflicting resources manage a %s of user %q", kind.noun, username.ValueString()),
			fmt.Sprintf("Two %[2]s resources manage the %[1]s %[3]s of this user. Destroying one removes the %[1]s from the user, although the other one still declares it. "+
				"Keep only one of them, and stop managing the other with a removed block that sets destroy = false.", kind.noun, style.describe(kind), id.ValueString()))
	}
}

// of returns the claims recorded for a user.
func (m *membershipConflicts) of(kind membershipKind, username types.String) claims {
	key := styledUser{kind.attribute, iriusrisk.FoldUsername(username.ValueString())}
	if m.seen[key] == nil {
		m.seen[key] = make(claims)
	}

	return m.seen[key]
}
