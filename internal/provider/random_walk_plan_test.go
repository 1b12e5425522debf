package provider

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// shownPlan is what a stored plan shows of each user, by username.
type shownPlan map[string]*shownUser

// shownUser is what a plan may change of one user.
type shownUser struct {
	creates, deletes, disables bool

	// adopts reports whether an existing user is adopted.
	adopts bool

	// attributes are those that an update changes.
	attributes map[string]bool

	// added and removed are the ids of each kind that the plan adds and removes. With whole, a set is managed for the first
	// time, and what is not among the kept ids is removed as well.
	added, removed, kept [2][]string
	whole                [2]bool

	token bool
}

// plannedChange is one change of `show -json`.
type plannedChange struct {
	Type   string `json:"type"`
	Change struct {
		Actions []string      `json:"actions"`
		Before  plannedValues `json:"before"`
		After   plannedValues `json:"after"`
	} `json:"change"`
}

// plannedValues has the arguments of all resources.
type plannedValues struct {
	Username        string    `json:"username"`
	Email           string    `json:"email"`
	FirstName       string    `json:"first_name"`
	LastName        string    `json:"last_name"`
	Enabled         *bool     `json:"enabled"`
	PasswordExpired *bool     `json:"password_expired"`
	Password        *string   `json:"password"`
	AdoptExisting   bool      `json:"adopt_existing"`
	DeletionPolicy  string    `json:"deletion_policy"`
	RoleIDs         *[]string `json:"role_ids"`
	UnitIDs         *[]string `json:"business_unit_ids"`
	RoleID          string    `json:"role_id"`
	UnitID          string    `json:"business_unit_id"`
	Usernames       []string  `json:"usernames"`
	IgnoreUsernames []string  `json:"ignore_usernames"`
	Action          string    `json:"action"`
}

func (p *plannedValues) set(kind int) *[]string {
	if kind == 0 {
		return p.RoleIDs
	}

	return p.UnitIDs
}

// readShownPlan reads the output of `show -json` of a plan. The usernames are all that the server has: a plan does not show
// whom the creation of a set removes.
func readShownPlan(output []byte, usernames []string) (shownPlan, error) {
	var plan struct {
		Changes []plannedChange `json:"resource_changes"`
	}

	if err := json.Unmarshal(output, &plan); err != nil {
		return nil, err
	}

	shown := shownPlan{}

	for i := range plan.Changes {
		change := &plan.Changes[i]
		actions := change.Change.Actions
		before, after := &change.Change.Before, &change.Change.After

		switch change.Type {
		case "iriusrisk_users_exclusive", "iriusrisk_business_unit_users_exclusive":
			shown.changesSet(change, usernames)

			continue
		}

		if slices.Contains(actions, "delete") {
			shown.of(before.Username).destroys(change.Type, before)
		}

		if slices.Contains(actions, "create") {
			shown.of(after.Username).begins(change.Type, after)
		}

		if slices.Contains(actions, "update") && change.Type != "iriusrisk_user_api_token" {
			shown.of(after.Username).updates(before, after)
		}
	}

	return shown, nil
}

func (p shownPlan) of(username string) *shownUser {
	if p[username] == nil {
		p[username] = &shownUser{attributes: map[string]bool{}}
	}

	return p[username]
}

func (s *shownUser) destroys(resource string, before *plannedValues) {
	switch resource {
	case "iriusrisk_user":
		s.deletes = s.deletes || before.DeletionPolicy == policyDelete
		s.disables = s.disables || before.DeletionPolicy == policyDisable
	case "iriusrisk_user_role":
		s.removed[0] = append(s.removed[0], before.RoleID)
	case "iriusrisk_user_business_unit":
		s.removed[1] = append(s.removed[1], before.UnitID)
	case "iriusrisk_user_api_token":
		s.token = true
	}
}

func (s *shownUser) begins(resource string, after *plannedValues) {
	switch resource {
	case "iriusrisk_user":
		s.creates, s.adopts = true, s.adopts || after.AdoptExisting
		s.updates(&plannedValues{}, after)
	case "iriusrisk_user_role":
		s.added[0] = append(s.added[0], after.RoleID)
	case "iriusrisk_user_business_unit":
		s.added[1] = append(s.added[1], after.UnitID)
	case "iriusrisk_user_api_token":
		s.token = true
	default:
		s.updates(&plannedValues{}, after)
	}
}

// changesSet takes over the change of a set of users. Its destruction changes none.
func (p shownPlan) changesSet(change *plannedChange, usernames []string) {
	before, after := &change.Change.Before, &change.Change.After

	had := before.Usernames
	if slices.Contains(change.Change.Actions, "create") {
		had = usernames
	} else if !slices.Contains(change.Change.Actions, "update") {
		return
	}

	for _, username := range walkWithout(had, after.Usernames...) {
		switch shown := p.of(username); {
		case after.UnitID != "":
			shown.removed[1] = append(shown.removed[1], after.UnitID)
		case newUsernamePatterns(after.IgnoreUsernames).match(username):
		default:
			shown.deletes = shown.deletes || after.Action == policyDelete
			shown.disables = shown.disables || after.Action == policyDisable
		}
	}

	for _, username := range after.Usernames {
		if added := p.of(username); after.UnitID != "" && (!slices.Contains(before.Usernames, username) || slices.Contains(change.Change.Actions, "create")) {
			added.added[1] = append(added.added[1], after.UnitID)
		}
	}
}

// updates takes over the difference of two values.
func (s *shownUser) updates(before, after *plannedValues) {
	for name, differs := range map[string]bool{
		"email": before.Email != after.Email, "first_name": before.FirstName != after.FirstName, "last_name": before.LastName != after.LastName,
		"enabled": !equal(before.Enabled, after.Enabled), "password_expired": !equal(before.PasswordExpired, after.PasswordExpired),
		"password": !equal(before.Password, after.Password),
	} {
		s.attributes[name] = s.attributes[name] || differs
	}

	for kind := range walkKinds {
		was, is := before.set(kind), after.set(kind)

		switch {
		case is == nil:
		case was == nil:
			s.whole[kind], s.added[kind] = true, append(s.added[kind], *is...)
			s.kept[kind] = append(s.kept[kind], *is...)
		default:
			s.added[kind] = append(s.added[kind], walkWithout(*is, *was...)...)
			s.removed[kind] = append(s.removed[kind], walkWithout(*was, *is...)...)
		}
	}
}

// unshown are the changes of the server that the plan does not show.
func (p shownPlan) unshown(before, after map[string]simulator.User) (changes []string) {
	for _, username := range walkNames(before) {
		was, shown := before[username], p.of(username)

		switch is, there := after[username]; {
		case (!there || is.ID != was.ID) && !shown.deletes:
			changes = append(changes, fmt.Sprintf("user %q was deleted", username))
		case there && is.ID == was.ID:
			for _, change := range shown.unshown(&was, &is) {
				changes = append(changes, fmt.Sprintf("user %q: %s changed", username, change))
			}
		}
	}

	for _, username := range walkNames(after) {
		if _, there := before[username]; !there && !p.of(username).creates {
			changes = append(changes, fmt.Sprintf("user %q was created", username))
		}
	}

	return changes
}

func (s *shownUser) unshown(was, is *simulator.User) (changes []string) {
	for _, attribute := range []struct {
		name    string
		changed bool
	}{
		{"email", was.Email != is.Email},
		{"first_name", was.FirstName != is.FirstName},
		{"last_name", was.LastName != is.LastName},
		{"enabled", was.Enabled != is.Enabled && (is.Enabled || !s.disables)},
		{"password_expired", was.PasswordExpired != is.PasswordExpired},
		{"password", was.Password != is.Password},
	} {
		// Attributes of a creation concern a user who exists only if they are adopted.
		if attribute.changed && (!s.attributes[attribute.name] || (s.creates && !s.adopts)) {
			changes = append(changes, attribute.name)
		}
	}

	for kind, k := range walkKinds {
		have, had := *memberIDs(is, kind), *memberIDs(was, kind)

		if len(walkWithout(walkWithout(have, had...), s.added[kind]...)) > 0 {
			changes = append(changes, k.argument+" added")
		}

		lost := walkWithout(walkWithout(had, have...), s.removed[kind]...)
		if s.whole[kind] {
			lost = slices.DeleteFunc(lost, func(id string) bool { return !slices.Contains(s.kept[kind], id) })
		}

		if len(lost) > 0 {
			changes = append(changes, fmt.Sprintf("%s %s removed", k.argument, strings.Join(lost, ", ")))
		}
	}

	// A plan shows that a user is disabled, not what that revokes.
	disabled := was.Enabled && !is.Enabled

	if was.APIToken != is.APIToken && !s.token && (!disabled || is.APIToken != "") {
		changes = append(changes, "API token")
	}

	if was.Sessions != is.Sessions && !disabled {
		changes = append(changes, "sessions")
	}

	return changes
}
