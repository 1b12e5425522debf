package provider

import (
	"fmt"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// membershipStyle is a way in which a configuration manages a user's roles or business units.
type membershipStyle int

// The ways: one membership at a time, a set on the user, or a set of its own.
const (
	managedSingly membershipStyle = iota
	managedInline
	managedExclusively
)

// describe names what manages memberships of a kind in this way.
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

// membershipConflicts notices, while a run plans, that memberships of one user are managed more than once. It goes by the
// username, which the ids of roles and business units are often unknown next to.
type membershipConflicts struct {
	mu   sync.Mutex
	seen map[styledUser]claims
}

type styledUser struct{ attribute, user string }

// claims are the styles in which the memberships of a user are managed, and, by style, the ids of those that one object
// manages alone; "" stands for all of them.
type claims map[membershipStyle]map[string]struct{}

func newMembershipConflicts() *membershipConflicts {
	return &membershipConflicts{seen: make(map[styledUser]claims)}
}

// note records a style and warns of every other style that is known for the same user.
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
			diags.AddWarning(fmt.Sprintf("The %ss of user %q are managed twice", kind.noun, username.ValueString()),
				fmt.Sprintf("Both %s and %s manage them. A set means all of them, so every apply removes what the other one assigns. Use one of the two for this user.",
					style.describe(kind), other.describe(kind)))
		}
	}
}

// check is note for an object that nothing else of its style may share its memberships with: one membership, or all of
// them when id is null. It warns of another such object, unless the id is not known yet.
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
		diags.AddWarning(fmt.Sprintf("The %ss of user %q are managed twice", kind.noun, username.ValueString()),
			fmt.Sprintf("Two resources %s manage all of them, so every apply of one removes what only the other one lists. Keep one of the two.", style.describe(kind)))
	default:
		diags.AddWarning(fmt.Sprintf("A %s of user %q is managed twice", kind.noun, username.ValueString()),
			fmt.Sprintf("Two resources %s manage the %s %s. Destroying one of them removes it from the user although the other one still declares it. "+
				"Keep one of the two, and let Terraform stop managing the other one with a removed block that sets destroy = false.", style.describe(kind), kind.noun, id.ValueString()))
	}
}

// of returns what is known of a user's memberships of a kind.
func (m *membershipConflicts) of(kind membershipKind, username types.String) claims {
	key := styledUser{kind.attribute, iriusrisk.FoldUsername(username.ValueString())}
	if m.seen[key] == nil {
		m.seen[key] = make(claims)
	}

	return m.seen[key]
}
