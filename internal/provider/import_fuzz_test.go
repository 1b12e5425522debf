package provider

import (
	"strings"
	"testing"
	"unicode"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// Every import id is either refused or parsed into the pair that it was made of.
func FuzzMembershipImportID(f *testing.F) {
	const id = "38400000-8cf0-11bd-b23e-10b96e4ef00d"

	for _, seed := range []string{"ada/" + id, "a/b/" + id, "/" + id, "ada/", "ada", "", "../" + id, "summary/" + id, "ada/" + strings.ToUpper(id), "a\n/" + id, "ada/" + id + "\n"} {
		f.Add(seed)
	}

	f.Fuzz(func(t *testing.T, given string) {
		pair, ok := parseMembershipID(given)
		if !ok {
			return
		}

		username, memberID := pair.username.ValueString(), pair.memberID.ValueString()
		if pair.id().ValueString() != given || iriusrisk.ValidateUsername(username) != nil || !uuidPattern.MatchString(memberID) ||
			strings.ContainsFunc(username+memberID, unicode.IsControl) || strings.Contains(memberID, "/") {
			t.Errorf("%q is taken for %q and %q", given, username, memberID)
		}
	})
}
