package provider

import (
	"fmt"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// walkState is what the state holds after an apply that succeeded: what the walk declared, and the ids and tokens that
// the server had then. It is never read from the state itself.
type walkState struct {
	// users are the users by the addresses of their objects.
	users map[string]managedUser

	// singles are the single memberships by address.
	singles map[string]managedSingle

	// tokens are the API tokens by address.
	tokens map[string]managedAPIToken

	// everyone is the set of all users.
	everyone *walkEveryone
}

type managedUser struct {
	walkUser

	id string
}

type managedSingle struct {
	kind         int
	username, id string
}

type managedAPIToken struct {
	username, value string
	rotation        int
}

// walkStateOf is the state after a configuration was applied.
func walkStateOf(config *walkConfig, server map[string]simulator.User) walkState {
	state := walkState{users: map[string]managedUser{}, singles: map[string]managedSingle{}, tokens: map[string]managedAPIToken{}, everyone: config.everyone.clone()}

	for i := range config.users {
		u := &config.users[i]

		if u.declared() {
			state.users[u.address()] = managedUser{u.clone(), server[u.username].ID}
		}

		for address, single := range u.singles() {
			state.singles[address] = single
		}

		if u.token != nil {
			state.tokens[u.token.label] = managedAPIToken{u.username, server[u.username].APIToken, u.token.rotation}
		}
	}

	return state
}

// manages reports whether the state holds a user.
func (s *walkState) manages(username string) bool {
	for _, user := range s.users {
		if user.username == username {
			return true
		}
	}

	return false
}

// singles are the single memberships that are declared of a user, by address.
func (u *walkUser) singles() map[string]managedSingle {
	singles := map[string]managedSingle{}

	for kind, access := range u.access {
		if access.style == walkSingle {
			for _, id := range access.ids {
				singles[fmt.Sprintf("%s.%s[%q]", walkKinds[kind].resource, access.label, id)] = managedSingle{kind, u.username, id}
			}
		}
	}

	return singles
}
