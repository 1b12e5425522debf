package provider

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// differences are those between the server and what it has to be.
func (m *walkModel) differences(server map[string]simulator.User) []string {
	var differences []string

	for _, username := range walkNames(server, m.wanted) {
		user, there := server[username]
		wanted := m.wanted[username]

		switch {
		case !there && wanted.mayBeDeleted:
		case !there:
			differences = append(differences, fmt.Sprintf("user %q does not exist", username))
		case wanted == nil:
			differences = append(differences, fmt.Sprintf("user %q exists", username))
		default:
			differences = append(differences, wanted.differences(&user, m.server)...)
		}
	}

	return differences
}

func (u *wantedUser) differences(user *simulator.User, before map[string]simulator.User) (differences []string) {
	for _, value := range []struct {
		name         string
		have, wanted any
	}{
		{"email", user.Email, u.Email},
		{"first name", user.FirstName, u.FirstName},
		{"last name", user.LastName, u.LastName},
		{"enabled", user.Enabled, u.Enabled},
		{"password expired", user.PasswordExpired, u.PasswordExpired},
		{"password", user.Password, u.Password},
		{"roles", fmt.Sprint(slices.Sorted(slices.Values(user.RoleIDs))), fmt.Sprint(slices.Sorted(slices.Values(u.RoleIDs)))},
		{"business units", fmt.Sprint(slices.Sorted(slices.Values(user.BusinessUnitIDs))), fmt.Sprint(slices.Sorted(slices.Values(u.BusinessUnitIDs)))},
	} {
		if value.have != value.wanted {
			differences = append(differences, fmt.Sprintf("user %q: %s is %v, not %v", user.Username, value.name, value.have, value.wanted))
		}
	}

	switch was, existed := before[user.Username]; {
	case u.created && existed && was.ID == user.ID:
		differences = append(differences, fmt.Sprintf("user %q was not created again", user.Username))
	case !u.created && user.ID != u.ID:
		differences = append(differences, fmt.Sprintf("user %q is a different user", user.Username))
	case u.newToken && (user.APIToken == "" || user.APIToken == was.APIToken):
		differences = append(differences, fmt.Sprintf("user %q has no new API token", user.Username))
	case u.losesToken && u.afterFaults && user.APIToken == was.APIToken:
	case !u.newToken && user.APIToken != u.APIToken:
		differences = append(differences, fmt.Sprintf("user %q: the API token was generated, rotated or deleted", user.Username))
	}

	if user.Sessions != u.Sessions && (!u.losesSessions || !u.afterFaults) && (!u.mayLoseSessions || user.Sessions > 0) {
		differences = append(differences, fmt.Sprintf("user %q has %d sessions, not %d", user.Username, user.Sessions, u.Sessions))
	}

	return differences
}

// harm is what no command may do, even if it fails: delete a user who must stay, or change a user who must not change. A
// membership that the output shows as destroyed may be missing: a renamed block without a moved block destroys it, and an
// apply that fails does not assign it again.
func (m *walkModel) harm(server map[string]simulator.User, output string) (harm []string) {
	for _, username := range walkNames(m.server) {
		before, wanted := m.server[username], m.wanted[username]
		if wanted == nil || wanted.created {
			continue
		}

		user, there := server[username]

		switch {
		case wanted.mayBeDeleted:
		case !there || user.ID != before.ID:
			harm = append(harm, fmt.Sprintf("user %q, who was to stay, was deleted", username))
		case !wanted.newToken && len(wanted.differences(&before, m.server)) == 0:
			user.RoleIDs = withDestroyed(username, before.RoleIDs, user.RoleIDs, output)
			user.BusinessUnitIDs = withDestroyed(username, before.BusinessUnitIDs, user.BusinessUnitIDs, output)
			harm = append(harm, wanted.differences(&user, m.server)...)
		}
	}

	return harm
}

// withDestroyed returns the ids that a user has, and those that the user had and that the output of an apply shows as destroyed.
func withDestroyed(username string, before, now []string, output string) []string {
	ids := slices.Clone(now)

	for _, id := range before {
		if !slices.Contains(now, id) && strings.Contains(strings.ToLower(output), strings.ToLower(fmt.Sprintf("Destroying... [id=%s/%s]", username, id))) {
			ids = append(ids, id)
		}
	}

	return ids
}

// walkNames are the keys of maps by username, sorted.
func walkNames[V any](first map[string]V, more ...map[string]*wantedUser) []string {
	names := slices.Collect(maps.Keys(first))
	for _, other := range more {
		names = slices.AppendSeq(names, maps.Keys(other))
	}

	slices.Sort(names)

	return slices.Compact(names)
}
