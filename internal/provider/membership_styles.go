package provider

import (
	"fmt"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// membershipStyle is a way in which a configuration manages a user's roles or business units.
type membershipStyle int

// The ways: one membership at a time, a set on the user, or a set of its own.
const (
	styleAdditive membershipStyle = iota
	styleInline
	styleExclusive
)

// describe names what manages memberships of a kind in this way.
func (s membershipStyle) describe(kind membershipKind) string {
	switch s {
	case styleInline:
		return kind.attribute + "s of iriusrisk_user"
	case styleExclusive:
		return fmt.Sprintf("iriusrisk_%ss_exclusive", kind.typeName)
	default:
		return "iriusrisk_" + kind.typeName
	}
}

// membershipStyles notices, while a run plans, that the memberships of one user are managed in more than one way: the
// one that means all of them then takes back what the other one gives, with every apply.
type membershipStyles struct {
	mu   sync.Mutex
	seen map[styledUser]map[membershipStyle]struct{}
}

type styledUser struct{ attribute, user string }

func newMembershipStyles() *membershipStyles {
	return &membershipStyles{seen: make(map[styledUser]map[membershipStyle]struct{})}
}

// note remembers a way and warns of every other way that is known for the same user.
func (m *membershipStyles) note(kind membershipKind, username types.String, style membershipStyle, diags *diag.Diagnostics) {
	if username.IsNull() || username.IsUnknown() {
		return
	}

	m.mu.Lock()
	defer m.mu.Unlock()

	key := styledUser{kind.attribute, iriusrisk.FoldUsername(username.ValueString())}
	if m.seen[key] == nil {
		m.seen[key] = make(map[membershipStyle]struct{})
	}

	m.seen[key][style] = struct{}{}

	for _, other := range []membershipStyle{styleAdditive, styleInline, styleExclusive} {
		if _, found := m.seen[key][other]; found && other != style {
			diags.AddWarning(fmt.Sprintf("The %ss of user %q are managed twice", kind.noun, username.ValueString()),
				fmt.Sprintf("Both %s and %s manage them. A set means all of them, so it takes back what the other one gives, with every apply. Use one of the two for this user.",
					style.describe(kind), other.describe(kind)))
		}
	}
}
